// SPDX-License-Identifier: MIT
// Pieces of the HTML pages: html.c has a scenario's page, html_parts.c its
// tables of components and files, html_index.c the overview.
#pragma once

#include "tcb-report/report.h"

void html_head(const char *title, FILE *out);
void html_foot(FILE *out);
void html_text(const char *text, FILE *out);

// <tag>text</tag>; the tag may have attributes.
void html_element(const char *tag, const char *text, FILE *out);

// 1234567 as 1 234 567, with spaces that do not break.
void html_number(unsigned long n, FILE *out);
void html_number_cell(unsigned long n, FILE *out);

// A horizontal bar with its name in front and its number behind.
void html_bar(const char *name, unsigned long n, unsigned long longest, const char *colour,
              FILE *out);

// One colour per part, by its place.
const char *html_colour(unsigned part);

void html_components(const struct report *r, FILE *out);
void html_files(const struct report *r, FILE *out);
