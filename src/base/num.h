/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Strict decimal integers: digits only, all of the text, within bounds. */
#ifndef BASE_NUM_H
#define BASE_NUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* False (out untouched) on empty text, signs, blanks, other characters, or a value outside [min, max]. */
bool num_parse(const char *s, long min, long max, long *out);
bool num_parse_n(const char *s, size_t len, long min, long max, long *out);
/* The same for what a long of 32 bits does not hold: times in milliseconds, bytes. */
bool num_parse_64(const char *s, size_t len, int64_t min, int64_t max, int64_t *out);

/* Environment booleans as stock reads them: "1" true, "0" false, anything else (or unset) is dflt. */
bool num_env_bool(const char *name, bool dflt);

#endif
