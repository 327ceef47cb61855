"""Words of the project's names and docstrings, as tests/house/test_words.py checks them."""

VERBS = frozenset(
    """
    Accept Adapt Add Allow Analyze Annotate Answer Append Apply Assign Attribute Authenticate Authorize
    Begin Bind Build
    Cache Call Canonicalize Change Check Choose Classify Close Collect Combine Compare Compile Complete Compute Confirm
    Connect Convert Copy Count Create Cut
    Decide Declare Decode Decrypt Deduplicate Defer Define Defuse Delete Derive Describe Detect Determine Disable Discover
    Distinguish Distribute Divide Do Document Draw Drop
    Edit Enable Encode Encrypt End Enforce Enumerate Escape Estimate Evaluate Exclude Execute Exit Expand Explain Export
    Expose Extend Extract
    Fetch Fill Filter Find Finish Fix Flatten Flush Fold Follow Forget Format
    Gather Generate Get Give Grade Group Guess
    Handle Hash Hide Hold
    Identify Ignore Implement Import Include Index Indent Inherit Insert Inspect Install Interpret Invalidate Issue
    Join Judge
    Keep Kill
    Limit Link Lint List Load Locate Log Look
    Make Map Mark Mask Match Measure Merge Model Move
    Name Narrow Normalize Note Number
    Offer Omit Open Order Overlay Override
    Pair Parse Partition Pass Permit Pin Place Plan Point Prefer Prepare Present Prevent Print Process Prompt Protect
    Provide Publish Put
    Quote
    Raise Rank Read Receive Recognize Record Redact Redirect Refer Refuse Register Reject Release Remove Rename Render
    Renew Replace Report Represent Request Require Reset Resolve Restore Restrict Retry Return Reverse Review Revoke Run
    Sanitize Save Schedule Search Select Send Separate Serialize Serve Set Share Shorten Show Sign Skip Sort Split Start
    State Stop Store Strip Subscribe Summarize Suppress Switch
    Take Terminate Test Translate Traverse Treat Trim Try Turn
    Unescape Unwrap Update Use
    Validate Verify Visit
    Wait Walk Warn Widen Wrap Write
    Yield
    """.split()  # noqa: SIM905 - a list would have one word a line
)
"""Verbs in the imperative that may begin the first line of a docstring."""

WORDS = {
    "asking": "run, session",
    "blot": "mask",
    "blotted": "mask",
    "directive": "suppression",
    "directives": "suppressions",
    "door": "trust setting",
    "doors": "trust settings",
    "doubtful": "invalid",
    "granting": "trusted policy",
    "island": "partition",
    "islands": "partitions",
    "judged": "evaluated",
    "ladder": "next request",
    "lineage": "origins",
    "loosening": "relaxation",
    "mend": "fix",
    "mended": "fixed",
    "mending": "fix",
    "mends": "fixes",
    "proving": "smoke",
    "rehearsal": "dry run",
    "rehearse": "dry run",
    "remember": "cache",
    "remembered": "cached",
    "remembering": "cache",
    "seal": "encrypt",
    "sealed": "encrypted",
    "sealing": "encrypt",
    "soundness": "is_valid",
    "surroundings": "CI context",
    "suspicions": "integrity findings",
    "telling": "annotations",
    "tells": "reports",
    "told": "report",
    "troublesome": "needs_encoding",
    "unheard": "defuse",
    "unjudged": "unevaluated",
    "wire": "http",
}
"""Words that are in no identifier, not even as a part, each with the word to use."""

NAMES = {
    "AsItLies": "CiphertextState",
    "Assembled": "Resolution",
    "CLOSED": "SecretsUnavailableError",
    "Choice": "Selection",
    "ClosedError": "SecretsUnavailableError",
    "Compared": "DiffResult",
    "Ends": "CommitRange",
    "FEW": "PARALLEL_THRESHOLD",
    "Granted": "TrustedProject",
    "Ground": "Context, MergeInputs",
    "Login": "AuthorizationRequest",
    "MOST": "MAX_FINDINGS",
    "Manner": "SmokeOptions",
    "Memory": "RunCache",
    "Notes": "Collector",
    "PART": "CHUNK_SIZE",
    "Parts": "LayerCache",
    "Proof": "SmokeResult",
    "Remark": "RuleMatch",
    "Together": "Resolution",
    "as_it_lies": "ciphertext_of",
    "asked": "subscribed",
    "assembled": "resolve",
    "counts_when_off": "needed_when_disabled",
    "inert": "sanitize",
    "is_across": "is_cross_layer",
    "is_common": "is_shared",
    "is_looked_for": "is_enabled",
    "left_out": "dropped",
    "liken": "classify",
    "links_of": "parents_of",
    "meeting": "colliding",
    "recall": "get",
    "remarks": "messages",
    "said": "value",
    "sound": "is_valid",
    "statuses": "secret_status",
    "traces": "correlation_keys",
    "unfit": "not_shown",
    "unlike": "classify",
    "why_fixed": "why_unsuppressible",
}
"""Identifiers that oauthgit no longer has: their words have other meanings as well, so only the whole name counts.

Fields of files and reports keep their names (``says``, ``holders``, ``made_up_code``): others read them.
"""

MODULES = frozenset(
    """
    accepting alone announcing asking assembling baselining bounds changing child choosing ciphertexts comparing condition
    content differing directive directives earlier encrypting failures fault files fixed fixing granting insertion
    interruption islands joining judging ladder lineage listing loading loosening memory mend mending names notes options
    ordinary pairs part patch pinning placing plain planned planning pointer policies proving quality refuse rehearsal
    remarks remember remembering removal replacing reporting running sandboxing says scaffolding seal seal_file sealing
    servers sharing soundness spans standing suppressing syntax telling tokens traces values wire words writing
    """.split()  # noqa: SIM905 - a list would have one word a line
)
"""Names that modules and packages of oauthgit no longer have."""
