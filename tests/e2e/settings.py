"""Settings of git, each with a value that could change what a command does; TRAP is a program that leaves a mark."""

# ruff: noqa: SIM905 - as words they can be read
PROGRAMS = (
    "core.fsmonitor core.pager core.editor core.askPass diff.external gpg.ssh.defaultKeyCommand sequence.editor"
    " pager.log pager.diff pager.tag pager.config pager.branch interactive.diffFilter"
    " trailer.x.command trailer.x.cmd diff.t.textconv diff.t.command merge.t.driver merge.tool diff.tool"
    " uploadpack.packObjectsHook core.hooksPath init.templateDir help.browser gpg.program gpg.x509.program"
).split()
SWITCHES = (
    "core.autocrlf core.safecrlf core.precomposeUnicode core.ignoreCase core.fileMode core.symlinks"
    " core.sparseCheckout core.untrackedCache core.splitIndex core.trustctime core.preferSymlinkRefs"
    " core.commitGraph core.multiPackIndex core.warnAmbiguousRefs core.bare core.logAllRefUpdates"
    " core.looseCompression core.packedRefsTimeout core.filesRefLockTimeout core.createObject index.sparse"
    " index.threads feature.manyFiles feature.experimental fetch.prune fetch.pruneTags fetch.all"
    " fetch.fsckObjects fetch.writeCommitGraph fetch.parallel remote.origin.prune remote.origin.pruneTags"
    " remote.origin.mirror remote.origin.skipFetchAll push.followTags push.gpgSign push.useForceIfIncludes"
    " push.negotiate log.showSignature log.follow log.mailmap log.showRoot log.decorate log.abbrevCommit"
    " status.short status.branch status.relativePaths status.showStash status.renames commit.verbose"
    " commit.status gc.autoDetach gc.writeCommitGraph maintenance.auto receive.denyDeletes receive.fsckObjects"
    " receive.autogc transfer.fsckObjects pack.writeReverseIndex pack.useSparse repack.writeBitmaps"
    " branch.autoSetupMerge rebase.autoStash merge.ff merge.verifySignatures rerere.enabled submodule.recurse"
    " color.ui color.diff column.ui column.tag diff.renames diff.noprefix diff.mnemonicPrefix diff.relative"
    " help.autoCorrect pull.rebase checkout.guess checkout.workers worktree.guessRemote format.signOff"
    " advice.detachedHead uploadpack.allowFilter sparse.expectFilesOutsideOfPatterns"
).split()
VALUES = {
    "core.autocrlf": "input", "core.eol": "crlf", "core.attributesFile": "ATTRIBUTES", "core.excludesFile": "ATTRIBUTES",
    "core.fsmonitor": "true", "core.abbrev": "4", "core.commentChar": "H", "core.whitespace": "cr-at-eol",
    "core.compression": "0", "core.bigFileThreshold": "1", "core.sharedRepository": "world", "core.worktree": "ELSEWHERE",
    "core.notesRef": "refs/notes/x", "index.version": "4", "push.default": "nothing", "push.recurseSubmodules": "only",
    "push.pushOption": "x", "remote.origin.tagOpt": "--tags", "remote.origin.push": "+refs/*:refs/*",
    "remote.origin.fetch": "+refs/heads/*:refs/heads/*", "remote.pushDefault": "other", "branch.main.remote": "other",
    "branch.sort": "-refname", "tag.sort": "-version:refname", "transfer.unpackLimit": "1", "fetch.unpackLimit": "1",
    "fetch.recurseSubmodules": "true", "fetch.negotiationAlgorithm": "noop", "fastimport.unpackLimit": "0",
    "protocol.version": "0", "pack.compression": "0", "pack.indexVersion": "1", "commit.template": "ELSEWHERE/nothing",
    "commit.cleanup": "scissors", "i18n.commitEncoding": "ISO-8859-1", "i18n.logOutputEncoding": "UTF-16",
    "init.defaultBranch": "other", "gc.auto": "1", "gc.autoPackLimit": "1", "gc.pruneExpire": "now",
    "log.date": "relative", "log.diffMerges": "off", "format.pretty": "oneline", "notes.displayRef": "*",
    "trailer.separators": "=", "trailer.where": "start", "blame.ignoreRevsFile": "ELSEWHERE/nothing",
    "diff.orderFile": "ELSEWHERE/nothing", "diff.ignoreSubmodules": "all", "diff.submodule": "log", "diff.context": "0",
    "diff.algorithm": "nonsense", "status.showUntrackedFiles": "no", "color.ui": "always", "column.ui": "always",
    "merge.ff": "only", "rebase.missingCommitsCheck": "error", "gpg.format": "ssh", "user.signingKey": "nothing",
    "http.extraHeader": "X: y", "safe.bareRepository": "explicit", "include.path": "INCLUDED", "attr.tree": "HEAD",
    "extensions.preciousObjects": "true", "alias.log": "!TRAP", "alias.commit": "!TRAP", "alias.update-ref": "!TRAP",
}  # fmt: skip
EACH = (
    *((name, "TRAP") for name in PROGRAMS),
    *((name, value) for name in SWITCHES for value in ("true", "false")),
    *VALUES.items(),
)
# What a setting may refuse, always with the setting or its word in what is said.
REFUSALS = {
    "bad_git_config", "bare_repository", "wrong_worktree", "fetch_failed", "push_failed", "stored_differently",
    "commit_refused", "tag_refused",
}  # fmt: skip
FAULTS = (  # each was misdiagnosed, or left something behind
    ("core.createObject", "true"), ("core.filesRefLockTimeout", "true"), ("core.packedRefsTimeout", "true"),
    ("column.ui", "true"), ("checkout.workers", "true"), ("fetch.parallel", "true"), ("core.bare", "true"),
    ("core.worktree", "ELSEWHERE"),
)  # fmt: skip
