"""Every code a finding can carry, with what it means and how to mend it.

The reference page is generated from this table. `finding` fills in the standing advice, so that
no finding is without one.
"""

from collections.abc import Iterable
from typing import Literal

from homegolf_git.core.model.values import Value

Severity = Literal["error", "warning", "note"]
_RANKS: tuple[Severity, ...] = ("error", "warning", "note")  # the worst first


class Finding(Value, frozen=True):
    """One fault or remark: what is wrong, where, and how to mend it."""

    code: str
    message: str
    path: str = ""
    line: int = 0  # 1-based; 0 where a line makes no sense
    severity: Severity = "error"
    fix: str = ""


class Code(Value, frozen=True):
    """A kind of finding."""

    title: str
    fix: str


# How a pull request loses a change; restoring it in a commit behind would land both by a rebase.
TAKE_OUT = (
    "in `git rebase -i <base>` drop that commit, or edit it with "
    "`git restore --source=HEAD~ --staged --worktree -- <file>`, "
    "`git commit --amend --no-edit` and `git rebase --continue`"
)
CODES: dict[str, Code] = {
    # --- the file as text
    "too_large": Code("The file is larger than 64 KiB", "keep logs and reports out of the row: list them as artifacts or receipts"),
    "too_many_findings": Code("There are more findings than are told", "mend those that are told, and check again"),
    "not_utf8": Code("The file is not UTF-8", "save it as UTF-8"),
    "byte_order_mark": Code("The file begins with a byte order mark", "save it as UTF-8 without a mark"),
    "carriage_return": Code("The file has a carriage return", "end lines with a line feed only (git: `* text eol=lf`)"),
    "line_separator": Code("A character that YAML 1.1 reads as a line break", 'write it as an escape in double quotes, such as "\\u2028"'),
    "yaml_syntax": Code("The file is not YAML", "correct the syntax at this line"),
    "not_a_mapping": Code("The document is not a mapping", "write `field: value` lines at the top level"),
    "ambiguous_scalar": Code("YAML 1.1 and YAML 1.2 read the value differently", "quote it if it is text"),
    "not_finite": Code("The number is not finite", "write a finite number; where there is none leave the field out, and record a run without a score with --failure"),
    "duplicate_key": Code("A key is given twice", "remove one of the two"),
    "key_not_string": Code("A key is not a string", "quote the key"),
    "alias": Code("Anchors and aliases are not read", "write the value out"),
    "explicit_tag": Code("Explicit YAML tags are not read", "remove the tag"),
    "directive": Code("YAML directives are not read", "remove the line that begins with %"),
    "several_documents": Code("The file holds several documents", "keep one document a file"),
    "too_deep": Code("The document nests deeper than 32 levels", "flatten it"),
    # --- the document against its schema
    "missing_field": Code("A required field is missing", "add the field"),
    "unknown_field": Code("The field is not known", "remove it or correct its name"),
    "wrong_type": Code("The value has the wrong type", "write a value of the type the schema names"),
    "bad_format": Code("The value has the wrong form", "write it as the schema's example shows"),
    "not_allowed": Code("The value is not one of those allowed", "choose one of the allowed values"),
    "out_of_range": Code("The value is out of range", "correct the value"),
    "bad_time": Code("The time is not a real UTC time", 'write it like "2026-03-28T11:06:00Z"'),
    "too_precise": Code("The integer is outside the range JSON numbers keep exactly", "keep it within 2^53; in config it may be quoted text"),
    # --- the row in its place
    "wrong_place": Code("The file is not where its content says", "use `homegolf record`, which puts it in its place"),
    "bad_path": Code("The path is outside the ledger's grammar", "use `homegolf record` and `homegolf retract`, which build the path; what is no part of the ledger goes out of ledger/"),
    "unportable_name": Code("A name that some file system cannot hold", "choose another name: no name of a device (con, prn, aux, nul, com1, lpt1), no dot at its end, no .. and no .lock, and no two that differ by case alone"),
    "not_a_file": Code("The entry is not a regular file", "commit it as a plain file without the executable bit"),
    "stray_file": Code("The file is not part of the ledger", "move it out of ledger/"),
    "unknown_lane": Code("The lane has no lane.yaml", "name an existing lane, or add its lane.yaml first"),
    "not_committed": Code("A file of the ledger is in no commit", "commit it, or check it now with `homegolf verify --worktree`"),
    "bad_lane": Code("The lane's rules cannot be read", "correct its lane.yaml; `homegolf verify` names the fault"),
    "unusable_rules": Code("By these rules nothing can be judged", "correct the number that it is about in lane.yaml; extreme ones cannot be computed with"),
    "unjudged": Code("The row cannot be judged, so it cannot count", "retract it; and report it, because a row that its schema admits is to be judged"),
    "bad_pattern": Code("A pattern of the lane cannot be used", "write characters, classes and repeats with one ( ) around the value, such as '^val_bpb: +([0-9.]+)$'"),
    "lane_deleted": Code("A lane's rules were deleted", "restore its lane.yaml; until then the rules before stay in force"),
    "duplicate_run_id": Code("The run id is already in the ledger", "give the run another id"),
    "unknown_run": Code("No such run in the lane", "name a run that landed before, or none"),
    "not_blocked": Code("The run it resolves is not blocked", "list only blocked runs of the same lane under `resolves`"),
    "different_content": Code("The run has landed with other content", "rows are never edited: retract it and record a new run"),
    "wrong_paths": Code("The changed paths are not those of the trainer's repository", "leave changed_paths null, and --source fills them in"),
    "unknown_paths": Code("The changed paths could not be computed", "name a base that landed, with a revision that the trainer's repository has"),
    # --- receipts
    "missing_receipt": Code("A receipt that the row lists is not there", "put the file beside the row, or name its folder with --receipts"),
    "receipt_digest": Code("A receipt's digest is not the one the row gives", "correct the sha256, or find the right file"),
    "receipt_too_large": Code("Receipts are larger than 256 KiB each or 1 MiB a run", "keep a summary as receipt and the rest as artifact"),
    "unlisted_receipt": Code("The receipts folder holds a file that the row does not list", "remove it, or list it in the row before that lands"),
    "unreadable_receipt": Code("The receipt cannot be read as its kind says", "correct the kind, or regenerate the receipt"),
    "partly_read": Code("A receipt states more than its reader can make use of", "state each value by its type, and each seed's score by itself; what was not read proves nothing"),
    "receipts_disagree": Code("Reports of one row state different facts", "record a row for each of them"),
    "bad_receipt_path": Code("The file's name cannot be the name of a receipt", "rename the file: letters, digits, and . _ - behind the first"),
    "unknown_receipt_kind": Code("No reader knows this kind of receipt", "map it in lane.yaml or ledger/receipts.yaml under `receipts`, or use a built-in kind"),
    "ambiguous_metric": Code("The output states a fact in two ways, or as no number", "print the final value once, in a line of its own, and let the lane's pattern match that line alone"),
    # --- append-only
    "row_edited": Code("A landed row was changed", "restore it and retract the run instead; verdicts keep to the row as it landed"),
    "row_deleted": Code("A landed row was deleted", "restore it and retract the run instead; verdicts keep to the row as it landed"),
    "row_added_again": Code("A deleted row was added again", "verdicts keep to the row as it first landed"),
    "receipt_edited": Code("A landed receipt was changed, deleted or added later", "restore it; the row's own digest is what counts"),
    "retraction_edited": Code("A retraction was changed or deleted", "restore it; a retraction stays"),
    "rewritten_history": Code("The branch does not continue the line that was verified or published", "rebase onto the head that was verified; where the new line is meant run `homegolf verify --accept-history`"),
    "ahead_of_remote": Code("The branch has commits that the remote has not, so nothing is published yet", "let them land first, by `git pull --rebase`, then `git push`, or by a pull request"),
    "several_rows": Code("One commit lands several rows", "give each row a commit of its own, as `homegolf record --many DIR` does"),
    "metric_changed": Code("The lane's metric was changed", "a lane has one metric: open a new lane"),
    "meaning_changed": Code("The contract changes what a score means while somebody holds the title", "open a new lane: scores before and after do not compare"),
    "rules_taken_back": Code("Rules were changed and changed back within 20 rows", "look at the runs that landed between with `homegolf explain RUN`; retract those that only such rules let win, with `homegolf retract RUN`"),
    "foreign_retraction": Code("A run is retracted by somebody who neither submitted it nor owns the ledger", "look at the evidence that it names; whoever may retract stands in .github/CODEOWNERS by the name that `homegolf retract` gets with --by; where it is wrong leave it out, or have the run recorded again under another id"),
    # --- a pull request
    "mixed_change": Code("A pull request that adds runs changes something else as well", "make two pull requests: one with the runs, one with the rest"),
    "generated_touched": Code("A generated file is changed", f"leave it to the main branch: {TAKE_OUT}"),
    "merge_changes": Code("A merge commit brings in a change of its own", "run `git rebase <base>`, and record what only the merge brought with `homegolf record`"),
    "changed_again": Code("A file is changed twice within the pull request", "make the two commits one: `git rebase -i <base>` with `fixup` for the later one"),
    "taken_back": Code("Commits of the pull request change something and change it back, which a rebase would land", "run `git rebase -i <base>` and drop both commits"),
    "bad_message": Code("A commit message holds a control character, or is 64 KiB or longer", "reword the commit: `git rebase -i <base>`"),
    "trailer_mismatch": Code("A commit's trailers contradict its row", "use `homegolf record`, which writes them"),
    "order_conflict": Code("A row finished before one that was committed earlier", "commit the rows in the order in which they finished, as `homegolf record --many DIR` does"),
    "in_the_future": Code("The row finished in the future", "correct finished_at; it is UTC"),
    "too_many_changes": Code("The pull request is too large to be judged", "split it"),
    "no_change": Code("The pull request brings nothing", "fetch both revisions and look which is which: --base is what it would be merged into, --head what would be merged"),
    "no_merge_base": Code("The two revisions share no history", "run `git rebase --onto <base> --root` on the branch"),
    "no_such_revision": Code("No such revision", "name a commit, branch or tag of this clone; fetch it first"),
    "artifact_reused": Code("The artifact already belongs to another run", "list the file this run produced"),
    "artifact_missing": Code("An artifact is not at its address", "put the file back; where it is lost for good, retract the run"),
    "artifact_differs": Code("An artifact is not the file that the row lists", "put the run's own file back; where it is lost for good, retract the run"),
    "artifact_unreachable": Code("An artifact could not be fetched, so nothing is known of it", "make its address reachable from here, and run it again"),
    "copied_scores": Code("The scores are another config's to the last digit", "report this run's own scores"),
    "empty_config": Code("The config is empty, and two runs with an empty config are the same config", "state the knobs in config, with --receipt by --set KEY=VALUE, or say --allow-empty-config"),
    "seed_in_config": Code("A key of the config is the seed", "take the key out of config: results name their seeds, and seeds of one config are pooled"),
    "other_bytes": Code("The split has other bytes than the incumbent's, so bits per byte do not compare", "score the same bytes, and pin contract.evaluated_bytes in lane.yaml"),
    "self_scored": Code("A training process reported its own score, in a lane that scores apart from it", "score the saved artifact by a program of its own, and name that in evaluation.scorer"),
    "replicate_differs": Code("A replicate's scores contradict those of its config", "find out what differs and state it in config; the rows are pooled as one config"),
    "failure_differs": Code("A log shows another kind of failure than the row states", "state the kind that the log shows, or list the log of this run"),
    "unrelated_resolves": Code("A run resolves a blocked run with which it has nothing in common", "take the run out of `resolves`; what settles it tries again what it tried"),
    "other_attribution": Code("Beside the incumbent it is another class of change than beside its base", "name the incumbent as base if the run was derived from it; else read its gain as that of both changes"),
    "renamed_keys": Code("The config has the values of an earlier run under other names", "give the keys the names that the earlier run has"),
    "near_copy": Code("The config is an earlier run's but for a hundredth", "where it is the same training, record it with the config of the earlier run: then it is a replicate"),
    "seeds_kept_back": Code("A submitter leaves most seeds of a lane unreported", "report every seed that finished: a result for each"),
    "long_past": Code("The row finished more than a year before it was proposed", "correct finished_at; of an old run it may stay"),
    "receipt_duplicate_key": Code("A JSON receipt gives a key twice", "regenerate the receipt"),
    # --- breaches a submitter can mend
    "no_promotion": Code("The lane needs a promotion", "run `homegolf promote RUN --to LANE` for the run below, and name the tag that it makes under `promotion`"),
    "receipt_mismatch": Code("A fact is not the one the receipt gives", "copy what the receipt says into the row"),
    "receipt_reused": Code("The receipt already proves another run", "give this run its own receipt"),
    "duplicate_seed": Code("A seed has two different scores", "report each seed once; an honest rerun of a seed gets its own `repeat: 1` (2, 3, ...) in its result, in a lane whose decision declares `repeats: one` or `count`"),
    "second_seed": Code("A second seed in a lane that counts the repeats of one", "run it with the seed of the other scores, or give --new-seed if it is meant: from then on repeats of a seed are averaged"),
    "undisclosed_seeds": Code("More seeds finished than `seeds_run` says", "count every seed that finished in `seeds_run`"),
    "breaks_contract": Code("The run breaks the contract", "land it all the same, it is kept as invalid; or run again within the contract"),
    # --- environment
    "no_git": Code("git cannot be run", "install git 2.31 or newer"),
    "wrong_worktree": Code("The work tree is not where its repository is", "run `git config --unset-all core.worktree`"),
    "no_resources": Code("The system gives the program too little to work with", "end what else runs, or raise the limit: `ulimit -a` shows them"),
    "line_feed": Code("The path of the repository holds a line feed", "rename the folder whose name holds it, also that of the git directory"),
    "no_repository": Code("Not inside a git repository", "run `git init`, or name one with --repo"),
    "dubious_ownership": Code("The repository belongs to another user, so git does not open it", "run `git config --global --add safe.directory PATH`"),
    "bare_not_allowed": Code("git is told to open no bare repository that it finds by itself", "run this in a clone with a work tree, or run `git config --global safe.bareRepository all`"),
    "bad_git_config": Code("git cannot read its configuration", "correct the file or the setting that it names"),
    "lost_git_dir": Code("The .git file of a work tree leads to no repository", "put the repository back to where the file says, or correct the file"),
    "damaged_repository": Code("A part of the git directory is missing or damaged", "clone it again, or bring the part back"),
    "unreadable_head": Code("HEAD or its branch cannot be read", "run `git symbolic-ref HEAD refs/heads/main`, or name another branch"),
    "no_permission": Code("The file system does not let it be read", "give yourself the right to read it"),
    "no_ledger": Code("The repository has no ledger", "run `homegolf init`, and commit what it writes"),
    "ledger_is_submodule": Code("The folder of the ledger is a repository of its own, such as a submodule", "give the command `--repo ledger`"),
    "bare_repository": Code("A bare repository has no work tree", "run this in a clone"),
    "no_ledger_branch": Code("The branch that `homegolf.ref` names is not there", "run `git config homegolf.ref refs/heads/BRANCH`, or `git config --unset homegolf.ref` where the ledger is on the branch that is checked out"),
    "ledger_deleted": Code("The ledger's branch was deleted", "run `homegolf doctor --fix`; any other command brings it back too"),
    "ledger_restored": Code("The ledger's branch was deleted, and is back", "nothing is lost; find out what deletes branches here"),
    "ledger_set_back": Code("The ledger's branch was set back behind commits of this clone", "run `git update-ref BRANCH refs/homegolf/ledger`, unless that is meant"),
    "not_autoresearch": Code("The trainer is not kept as an autoresearch repository keeps it", "have train.py and prepare.py committed in one folder, and run this there"),
    "ledger_elsewhere": Code("The ledger is somewhere else already", "see docs/branch.md for how it moves"),
    "not_checked_out": Code("The ledger's branch is not checked out, so no file of it is in a work tree", "run `git worktree add DIR BRANCH` to work on its files"),
    "shallow": Code("The clone is shallow, so its history is not whole", "run `git fetch --unshallow`"),
    "no_commits": Code("The branch has no commit yet", "run `homegolf init`, and commit what it writes"),
    "detached": Code("HEAD is detached", "run `git switch main`, or name another branch"),
    "staged_changes": Code("Changes are staged", "commit them, or run `git restore --staged :/`"),
    "killed_commit": Code("A command was killed while it committed", "run `homegolf doctor --fix`; the next `homegolf record` does it too"),
    "stray_refs": Code("A command was killed, and what it fetched or made for itself is still there", "run `homegolf doctor --fix`; the next `homegolf submit` does it too"),
    "unfinished": Code("git is in the middle of something", "finish it or abort it"),
    "in_the_way": Code("A file that is not committed stands in the way", "move it, or remove it"),
    "no_identity": Code("git does not know who commits", "run `git config user.name NAME` and `git config user.email ADDRESS`"),
    "identity_not_utf8": Code("The name that git knows is not UTF-8, and a row is", "run `git config user.name NAME` in UTF-8, or give --submitter"),
    "commit_refused": Code("git refused the commit", "mend what it says; nothing was kept"),
    "stored_differently": Code("Git would store other bytes than those that were judged", "add the line `ledger/** -text -filter -ident -working-tree-encoding` at the end of .gitattributes and commit it"),
    "missing_objects": Code("The clone lacks objects of its history", "run `git fetch --refetch --no-filter` with git 2.36 or newer, or clone it again"),
    "damaged_objects": Code("An object of the clone is damaged", "run `git fetch --refetch --no-filter`; what no remote has comes from another clone at best"),
    "damaged_cache": Code("A file that git keeps for speed alone is damaged", "remove the file; git makes it anew when it is packed"),
    "lost_alternate": Code("Objects that the clone borrows from another folder are not there", "correct the path in objects/info/alternates of the git directory"),
    "corrupt_index": Code("git's index cannot be read", 'run `rm "$(git rev-parse --git-path index)"`, then `git reset`: files stay as they are, and nothing is staged any more'),
    "damaged_checkpoint": Code("What was kept of an earlier reading is damaged", "run `homegolf doctor --fix`, which reads everything again; where it comes back look at the disk"),
    "no_file": Code("No such file", "name an existing file"),
    "symlink": Code("A symbolic link is not followed", "name the file itself"),
    "cannot_write": Code("The file system refused to write", "make room or correct the permissions"),
    "locked": Code("A lock of git is there", "wait for the git that holds it; if none is running here, remove the lock that it names"),
    "lost_race": Code("Somebody else was first", "fetch and run it again"),
    "not_landed": Code("A row could not land behind what others landed first, and lies in the git directory", "mend the file and record it, or remove it"),
    "unlanded_rows": Code("Rows were taken back to land behind others', and a kill came in between", "run `homegolf doctor --fix`, or what was killed"),
    "tag_refused": Code("git refused to make a tag", "mend what it says and run it again"),
    "branch_refused": Code("git refused to make the branch", "choose another name with --branch"),
    "pull_request_failed": Code("The pull request could not be opened", "open it by hand: the branch is pushed"),
    "fetch_failed": Code("The remote could not be read", "run it again once the remote answers; `git remote -v` shows the address, and `git remote set-url NAME URL` corrects it"),
    "push_failed": Code("The push failed, or its answer was lost", "mend what it says and run it again: what has arrived is found there"),
    "placeholder_owners": Code("The owners file names nobody who exists, so rules change without a review", "put your maintainers in place of the example's"),
    "lane_not_on_ladder": Code("A lane is not on the ladder", "name every lane from which or to which runs go up in ledger/ladder.yaml, the cheapest first"),
    "old_git": Code("git is older than the program needs", "install git 2.31 or newer"),
    "no_commit_graph": Code("The history has no commit graph, so walking it is slow", "run `git commit-graph write --reachable --changed-paths`"),
    "not_packed": Code("Objects lie loose or in many packs, so reading them is slow", "run `git repack -a -d --keep-unreachable`"),
    "loose_tags": Code("Many tags are files of their own, so listing them is slow", "run `git pack-refs --all`"),
    "no_checkpoint": Code("Nothing is kept of an earlier reading, so the next command reads everything", "run `homegolf verify`"),
    # --- tags
    "tag_forged": Code("The tag says what the rows do not", "delete it; `homegolf tags sync` makes incumbents anew, `homegolf promote` decides a promotion"),
    "tag_moved": Code("The tag is on another commit than the one that caused it", "delete it; `homegolf tags sync` makes incumbents anew, `homegolf promote` decides a promotion"),
    "tag_missing": Code("A tag is missing", "run `git fetch --tags`; an incumbent that is still missing is made by `homegolf tags sync`"),
    "tag_lightweight": Code("The tag is not annotated", "delete it and run `homegolf tags sync`"),
    "tag_broken_chain": Code("The tag does not name the tag object before it", "fetch the tags from a clone that you trust; else delete this tag, every one behind it and the pointer, and run `homegolf tags sync`"),
    "tag_ahead": Code("A numbered tag goes beyond the rows that are here", "pull and run it again; if the clone is up to date the tag is forged: delete it"),
    "tag_stale": Code("The pointer is behind the rows", "run `homegolf tags sync`"),
    "tag_damaged": Code("The tag's object is damaged or missing", "run `git fetch --refetch`, or delete the tag and run `homegolf tags sync`"),
    "tag_unreadable": Code("The tag's message is not a tag document", "delete it and run `homegolf tags sync`"),
    "tag_replaced": Code("The tag is another object than the one that was seen before", "find out who replaced it, in the clone where it is as it was; where the new one is meant run `homegolf verify --accept-history`"),
    "tag_name": Code("The tag's name is outside the grammar", "delete it"),
    "unsigned_tag": Code("A lane asks for signed tags, and nobody who may sign them signed this one", "delete it, here and on the remote, and run `homegolf tags sync` where `git config user.signingkey` names a key of ledger/allowed_signers"),
    # --- signatures
    "unsigned": Code("A lane asks for signed rows, and nobody who may sign them signed this one", "sign the commit that adds it"),
    "wrong_signer": Code("A row or a retraction is signed by another than whom it names", "let whom it names sign it"),
    "bad_signers": Code("The list of allowed signers cannot be used", "write one line `NAME,NAME ssh-ed25519 KEY` for each key, as ssh-keygen(1) says under ALLOWED SIGNERS"),
    # --- what others know of the ledger
    "ledger_differs": Code("Somebody else's ledger, or a witness of it, has other files", "where own rows are not published yet run `git pull --rebase`; else files that had landed were changed: find the clone that has both, and go back to the line that the others have"),
    "bad_witness": Code("The file is no witness", "take the file as it was written, whole and unchanged"),
    "witness_ahead": Code("The witness knows more than this clone", "run `git pull`; where the remote has no more either, files were taken away since"),
    "other_ledger": Code("The witness is of another ledger", "name the witness of this one; where it is of this one all of the history was made anew"),
    "unsigned_witness": Code("Nobody is known to have signed the witness", "believe it as far as the place where it lies; or give --signers FILE, a list of whom you trust"),
    "bad_signature": Code("The signature is of nobody who may sign", "ask who wrote it; whom you trust stands in a file of your own, for --signers FILE"),
    "no_signing_key": Code("There is no key to sign with, or it cannot sign", "run `git config gpg.format ssh` and `git config user.signingkey FILE`, where FILE is your public key"),
    "no_ssh_keygen": Code("ssh-keygen cannot be run", "install OpenSSH 8.9 or newer"),
    # --- promotion
    "no_promotion_rule": Code("The target lane promotes from no lane", "set needs_promotion_from and promotion in its lane.yaml"),
    "unproven_promotion": Code("No report of a machine states what the run is promoted for", "record a replicate with a report that states its devices, train_tokens and scores, as `homegolf capture` writes it, and promote that; or run it yourself"),
    "wrong_lane": Code("The run is on another lane than the target promotes from", "promote a run of the lane that needs_promotion_from names"),
    # --- import
    "unreadable_log": Code("The log of another tool cannot be read", "correct the file at this line, or name the kind of log that it is"),
    "bad_map": Code("The map from column to fact cannot be followed", "name a column of the table and a fact of a row"),
    # --- usage
    "no_such_run": Code("No such run in the ledger", "see `homegolf log` for the runs"),
    "no_such_lane": Code("No such lane in the ledger", "see `homegolf status` for the lanes"),
    "bad_queue": Code("An idea of the queue cannot be read", "write a summary and a config for each idea: a YAML list, or one JSON object a line"),
    "bad_space": Code("The search space cannot be read", "write `space: {lr: {low: 0.0001, high: 0.1, log: true}, act: {choices: [relu, gelu]}}`"),
    "no_optuna": Code("The study needs optuna", "run `pip install 'homegolf-git[optuna]'`"),
    "not_a_rerun": Code("What was to be run again is another config", "put back what differs; for another machine open a lane of its own"),
    "tampered": Code("An agent or a run changed what it must leave alone; it was put back", "look at what the agent did before you run the loop again, and run it as another user or in a container"),
    "no_command": Code("The command cannot be started", "correct its name, or give its path"),
    "score_not_found": Code("The run ended well and states no score that the lane looks for", "print it in a line that capture.patterns of the lane finds, or name its report under capture.reports"),
    "seed_ignored": Code("The run had another seed than the one that was asked for", "let the trainer take HOMEGOLF_SEED, or put {seed} into the command"),
    "score_differs": Code("The training process says another score than the scorer finds", "trust the scorer; look at how the trainer evaluates"),
    "contended": Code("Other processes used the same devices while the command ran", "run it again when nothing else does"),
    "source_changed": Code("The source changed while the command ran", "leave the source alone while a run reads it, or run in a work tree of its own (`git worktree add`)"),
    "no_scorer_revision": Code("The trainer's repository does not have the scorer's revision", "run `git fetch` there, or correct capture.scorer.revision"),
    "capture_damaged": Code("What was kept of a captured run is damaged, so it cannot land", "run what it ran again, and remove the file"),
    "capture_left": Code("A captured run is kept in the git directory", "run `homegolf capture --resume`"),
    "unstated": Code("Facts of the run that nobody stated", "give the options that it names, or leave them open"),
    "missing_option": Code("An option is missing", "give the option it names"),
    "usage": Code("The command was not understood", "see its --help"),
    "stale_scoreboard": Code("A generated file is not what the rows give", "run `homegolf scoreboard`"),
    "no_numpy": Code("The demo's trainer needs numpy", "run `pip install 'homegolf-git[demo]'`"),
    "no_pyarrow": Code("Parquet needs pyarrow", "run `pip install 'homegolf-git[parquet]'`"),
    "demo_failed": Code("The demo could not go on", "see what it says; the folder is kept"),
    "bug": Code("homegolf failed", "report it with the file it names"),
}  # fmt: skip


MESSAGE_MAX = 2_000  # characters


def finding(
    code: str,
    message: str,
    path: str = "",
    line: int = 0,
    severity: Severity = "error",
    fix: str = "",
) -> Finding:
    """Make a finding; without a fix of its own it gets its code's standing advice.

    A message that quotes a file is cut where it gets too long to be read.
    """
    if len(message) > MESSAGE_MAX:
        message = message[: MESSAGE_MAX - 1] + "…"
    return Finding(code, message, path, line, severity, fix or CODES[code].fix)


FINDINGS_MAX = 1_000  # of an answer
FINDINGS_OF_FILE_MAX = 100


def more_findings(count: int, path: str = "", severity: Severity = "error") -> Finding:
    """That so many findings are not told; `severity` is that of the worst of them."""
    message = f"{count:,} more finding{'s' if count > 1 else ''}"
    return finding("too_many_findings", message, path, severity=severity)


def capped(found: Iterable[Finding], path: str = "") -> list[Finding]:
    """The first findings of a file, and how many more there are."""
    told = Told(FINDINGS_OF_FILE_MAX)
    told.take(found)
    return told.all(path)


def has_errors(findings: Iterable[Finding]) -> bool:
    """Whether any of them is an error."""
    return any(item.severity == "error" for item in findings)


class Told:
    """Findings as they come, of which only so many are kept; the rest is counted."""

    def __init__(self, most: int = FINDINGS_MAX) -> None:
        self.most, self.kept = most, list[Finding]()
        self.more = 0
        self.severity: Severity = "note"  # the worst of those that are only counted

    def take(self, found: Iterable[Finding]) -> None:
        """Note findings."""
        for item in found:
            if len(self.kept) < self.most:
                self.kept.append(item)
            else:
                self.count(item.severity)

    def count(self, severity: Severity = "error") -> None:
        """Note that there is one more finding, of which no more is known."""
        self.more += 1
        self.severity = min(self.severity, severity, key=_RANKS.index)

    def all(self, path: str = "") -> list[Finding]:
        """Those that are kept, and how many more there are."""
        return (
            [*self.kept, more_findings(self.more, path, self.severity)] if self.more else self.kept
        )
