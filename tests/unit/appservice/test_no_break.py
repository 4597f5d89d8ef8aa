"""Numbers stay on one line with what they count."""

import pytest

from appservice.no_break import with_no_breaks


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("Unlock for 5.00 USD", "Unlock for 5.00\xa0USD"),
        ("<dd>3 photos, 1 vidéo (2:14), 1,5 Mo</dd>", "<dd>3\xa0photos, 1\xa0vidéo (2:14), 1,5\xa0Mo</dd>"),
        ('<input value="5 USD"><b title="5 USD">x</b>', '<input value="5 USD"><b title="5 USD">x</b>'),
        ("<code>!ppv price 5 USD</code> 5 USD", "<code>!ppv price 5 USD</code> 5\xa0USD"),
        ("<textarea>2 b <i</textarea>2 b", "<textarea>2 b <i</textarea>2\xa0b"),
        ("<script>a = 2 in b</script>", "<script>a = 2 in b</script>"),
        ("2 of 5, by 12:05 UTC", "2\xa0of 5, by 12:05\xa0UTC"),
        ("<!-- 5 USD -->", "<!-- 5 USD -->"),
    ],
)  # fmt: skip
def test_a_number_and_its_noun(html: str, shown: str) -> None:
    assert with_no_breaks(html) == shown
    assert with_no_breaks(shown) == shown
