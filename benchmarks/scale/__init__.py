"""How far one repository goes: what it stores, and what a merge queue lets through."""
