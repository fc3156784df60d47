// SPDX-License-Identifier: MIT
// Typed values of a libconfig group.  All return false after scenario_error; a
// setting that is not there and not needed leaves *out as it is.
#pragma once

#include "tools/scenario/scenario.h"

struct place setting_place(const config_setting_t *c);

// Only the settings of `names`, which ends with NULL, may stand in this group:
// a misspelt one is not ignored.
bool setting_known(struct scenario *s, config_setting_t *group, const char *const *names);

bool setting_string(struct scenario *s, config_setting_t *group, const char *name, bool needed,
                    const char **out);
bool setting_bool(struct scenario *s, config_setting_t *group, const char *name, bool *out);
bool setting_number(struct scenario *s, config_setting_t *group, const char *name, bool needed,
                    int64_t min, int64_t max, uint64_t *out);

// "4M", "64K": whole pages.
bool setting_size(struct scenario *s, config_setting_t *group, const char *name, uint64_t *out);

// A list, its length, and zeroed space for as many things of `size` bytes, to
// be freed by the caller.
bool setting_list(struct scenario *s, config_setting_t *group, const char *name, size_t size,
                  config_setting_t **list, unsigned *count, void **out);

// A list of texts.
bool setting_texts(struct scenario *s, config_setting_t *group, const char *name,
                   const char ***texts, unsigned *count);

// The setting "property".
bool setting_property(struct scenario *s, config_setting_t *group, enum property *out);

// syntax.c: what is wrong with the brackets, commas and quotes of a file and those that it
// includes, relative to `folder` ("" or with / at the end); true: nothing.
bool scenario_syntax(struct scenario *s, const char *path, const char *folder);

// session_type.c: the list "sessions" of a scenario.
bool scenario_read_types(struct scenario *s, config_setting_t *root);
