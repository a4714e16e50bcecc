/* SPDX-License-Identifier: MIT */
#include "cli/xml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void expect(void (*add)(struct ls_text *, const char *),
                   const char *string, const char *expected)
{
    struct ls_text text = {0};
    add(&text, string);
    assert_string_equal(ls_text_get(&text), expected);
    ls_text_destroy(&text);
}

static void test_xml__markup_is_escaped(void **state)
{
    expect(ls_xml_content, "a<b>&\"c'", "a&lt;b&gt;&amp;&quot;c&apos;");
    expect(ls_xml_attribute, "]]>", "]]&gt;");
    expect(ls_xml_content, "", "");
}

static void test_xml__white_space_survives(void **state)
{
    expect(ls_xml_attribute, "a\tb\nc\rd", "a&#9;b&#10;c&#13;d");
    expect(ls_xml_content, "a\tb\nc\rd", "a\tb\nc&#13;d");
}

static void test_xml__what_xml_cannot_say_is_replaced(void **state)
{
    expect(ls_xml_content, "\x01|\x1b[31m", "\uFFFD|\uFFFD[31m");
    expect(ls_xml_content, "\xff", "\uFFFD");
    expect(ls_xml_content, "\xed\xa0\x80", "\uFFFD\uFFFD\uFFFD");
    expect(ls_xml_content, "\xef\xbf\xbe\xef\xbf\xbfx", "\uFFFD\uFFFDx");
    expect(ls_xml_content, "\uFFFDé", "\uFFFDé");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_xml__markup_is_escaped),
        cmocka_unit_test(test_xml__white_space_survives),
        cmocka_unit_test(test_xml__what_xml_cannot_say_is_replaced),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
