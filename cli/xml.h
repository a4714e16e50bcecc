#ifndef LS_CLI_XML_H
#define LS_CLI_XML_H
/* SPDX-License-Identifier: MIT */
/*
 * xml.h - text inside XML 1.0, for writing only.
 *
 *     ls_text_add(&text, "<failure message=\"");
 *     ls_xml_attribute(&text, finding->message);
 *     ls_text_add(&text, "\">");
 *     ls_xml_content(&text, stack);
 *
 * What XML 1.0 has no way to write becomes U+FFFD: control characters, U+FFFE,
 * U+FFFF (production 2, `Char`), and what is no UTF-8.
 *
 * Units: none.
 * Ownership: borrows what it is given.
 * Errors: as in text.h.
 * Threads: any.
 */
#include "text.h"

/* Between double quotes; line ends and tabs survive a parser's normalisation
 * as character references. */
void ls_xml_attribute(struct ls_text *text, const char *string);

void ls_xml_content(struct ls_text *text, const char *string);

#endif
