import yaml as yaml_parser
from hypothesis import given
from hypothesis import strategies as st

from oauthgit.model.report import Report, effective
from oauthgit.report import yaml
from support.malicious_text import EFFECTIVE, SUMMARY


def test_yaml_parser_reads_the_same_data() -> None:
    expected = {settings.target: effective(settings) for settings in EFFECTIVE.targets or ()}
    assert yaml_parser.safe_load(yaml.render(EFFECTIVE)) == expected


# YAML refuses U+FFFE and U+FFFF, which are no characters (YAML 1.2.2 section 5.1).
texts = st.text(st.characters(exclude_characters="\ufffe\uffff"), max_size=20) | st.sampled_from(
    ["yes", "null", "1", "1e5", "- a", "# a", "a: b", "", " ", "'", '"', "\\", "\\u0041", "2027-06-30", "##x", "🔑"]
)


@given(st.dictionaries(texts, texts | st.lists(texts, max_size=3) | st.booleans() | st.none(), max_size=4))
def test_any_server_is_parsed_back(server: dict[str, object]) -> None:
    settings = (EFFECTIVE.targets or ())[0]._replace(data={"oauth_servers": {"on": server, "crm": server}})
    output = yaml.render(Report((), SUMMARY, targets=(settings,)))
    assert yaml_parser.safe_load(output) == {settings.target: effective(settings)}
