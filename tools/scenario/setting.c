// SPDX-License-Identifier: MIT
// Typed values out of libconfig settings: texts, numbers, sizes, lists.  What is
// missing or of another kind gets a sentence with file and line.
#include <stdlib.h>
#include <string.h>
#include "tools/scenario/setting.h"

struct place
setting_place(const config_setting_t *c)
{
	const char *file = config_setting_source_file(c);

	unsigned line = config_setting_source_line(c);

	// the file as a whole has line 0
	return (struct place){ file != NULL ? file : "?", line > 0 ? line : 1 };
}

// Only these settings may stand in a group: a misspelt one is not ignored.
bool
setting_known(struct scenario *s, config_setting_t *group, const char *const *names)
{
	if (!config_setting_is_group(group))
		return scenario_error(s, setting_place(group),
		                      "here must be a group: { name = value; ... }");
	for (unsigned i = 0; i < (unsigned)config_setting_length(group); i++) {
		config_setting_t *c = config_setting_get_elem(group, i);
		const char *const *n = names;

		while (*n != NULL && strcmp(*n, config_setting_name(c)) != 0)
			n++;
		if (*n == NULL)
			return scenario_error(s, setting_place(c), "unknown setting \"%s\"",
			                      config_setting_name(c));
	}
	return true;
}

bool
setting_string(struct scenario *s, config_setting_t *group, const char *name, bool needed,
               const char **out)
{
	config_setting_t *c = config_setting_get_member(group, name);

	if (c == NULL)
		return !needed ||
		       scenario_error(s, setting_place(group), "\"%s\" is missing", name);
	*out = config_setting_get_string(c);
	if (*out == NULL || **out == '\0')
		return scenario_error(s, setting_place(c),
		                      "\"%s\" must be a text that is not empty", name);
	return true;
}

bool
setting_bool(struct scenario *s, config_setting_t *group, const char *name, bool *out)
{
	config_setting_t *c = config_setting_get_member(group, name);

	if (c == NULL)
		return true;
	if (config_setting_type(c) != CONFIG_TYPE_BOOL)
		return scenario_error(s, setting_place(c), "\"%s\" must be true or false", name);
	*out = config_setting_get_bool(c);
	return true;
}

bool
setting_number(struct scenario *s, config_setting_t *group, const char *name, bool needed,
           int64_t min, int64_t max, uint64_t *out)
{
	config_setting_t *c = config_setting_get_member(group, name);

	if (c == NULL)
		return !needed ||
		       scenario_error(s, setting_place(group), "\"%s\" is missing", name);
	bool number = config_setting_type(c) == CONFIG_TYPE_INT ||
	              config_setting_type(c) == CONFIG_TYPE_INT64;
	int64_t value = config_setting_get_int64(c);
	if (config_setting_type(c) == CONFIG_TYPE_INT)
		value = config_setting_get_format(c) == CONFIG_FORMAT_HEX ?
			(int64_t)(uint32_t)config_setting_get_int(c) : config_setting_get_int(c);
	if (!number || value < min || value > max)
		return scenario_error(s, setting_place(c),
		                      "\"%s\" must be a number from %lld to %lld", name,
		                      (long long)min, (long long)max);
	*out = (uint64_t)value;
	return true;
}

// What is wrong with a text that is to be a size.
static bool
bad_size(struct scenario *s, config_setting_t *c, const char *name, const char *text)
{
	char *end;
	unsigned long long n = text != NULL ? strtoull(text, &end, 10) : 0;

	if (text == NULL)
		return scenario_error(s, setting_place(c), "\"%s\" must be a text such as \"64K\" "
		                      "or \"4M\"", name);
	if (n > 0 && *text != '-' && (strcmp(end, "K") == 0 || strcmp(end, "M") == 0)) {
		if (*end == 'K' && n % 4 != 0 && n < 1 << 20)
			return scenario_error(s, setting_place(c), "\"%s\" = \"%s\": sizes are "
			                      "whole pages of 4K: take \"%lluK\"", name, text,
			                      (n + 3) / 4 * 4);
		return scenario_error(s, setting_place(c), "\"%s\" = \"%s\" is too much: at most "
		                      "\"1024M\"", name, text);
	}
	return scenario_error(s, setting_place(c), "\"%s\" = \"%s\": a size is a number and K or "
	                      "M, such as \"64K\" or \"4M\", at most \"1024M\"", name, text);
}

// "4M", "64K": whole pages.
bool
setting_size(struct scenario *s, config_setting_t *group, const char *name, uint64_t *out)
{
	config_setting_t *c = config_setting_get_member(group, name);
	const char *text;
	char *end;

	if (c == NULL)
		return true;
	text = config_setting_get_string(c);
	unsigned long long n =
		text != NULL && *text >= '0' && *text <= '9' ? strtoull(text, &end, 10) : 0;
	if (text != NULL && n <= 1 << 20 && n > 0 &&
	    (strcmp(end, "K") == 0 || strcmp(end, "M") == 0)) {
		*out = n << (*end == 'K' ? 10 : 20);
		if (*out % 4096 == 0 && *out <= 1ull << 30)
			return true;
	}
	return bad_size(s, c, name, text);
}

// A list: its length, and zeroed space for as many things.
bool
setting_list(struct scenario *s, config_setting_t *group, const char *name, size_t size,
         config_setting_t **list, unsigned *count, void **out)
{
	*list = config_setting_get_member(group, name);
	*count = 0;
	*out = NULL;
	if (*list == NULL)
		return true;
	if (!config_setting_is_list(*list) && !config_setting_is_array(*list))
		return scenario_error(s, setting_place(*list), "\"%s\" must be a list", name);
	unsigned n = (unsigned)config_setting_length(*list);
	if (n > 64)
		return scenario_error(s, setting_place(*list), "\"%s\" has more than 64 entries",
		                      name);
	*out = calloc(n + 1, size);
	*count = *out != NULL ? n : 0;
	return *out != NULL || scenario_error(s, setting_place(*list), "out of memory");
}

bool
setting_property(struct scenario *s, config_setting_t *group, enum property *out)
{
	const char *text = "";

	if (!setting_string(s, group, "property", true, &text))
		return false;
	for (*out = 0; *out < PROPERTIES; (*out)++)
		if (strcmp(text, property_name[*out]) == 0)
			return true;
	return scenario_error(
		s, setting_place(config_setting_get_member(group, "property")),
		"\"%s\" is not a property: confidentiality, integrity or availability", text);
}

bool
setting_texts(struct scenario *s, config_setting_t *c, const char *name, const char ***texts,
              unsigned *count)
{
	config_setting_t *list;
	void *out;

	if (!setting_list(s, c, name, sizeof **texts, &list, count, &out))
		return false;
	*texts = out;
	for (unsigned i = 0; i < *count; i++) {
		(*texts)[i] = config_setting_get_string_elem(list, (int)i);
		if ((*texts)[i] == NULL)
			return scenario_error(s, setting_place(list), "\"%s\" must contain texts",
			                      name);
	}
	return true;
}
