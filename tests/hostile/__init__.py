"""Pull requests that mean harm, and honest ones beside them."""
