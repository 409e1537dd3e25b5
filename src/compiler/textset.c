/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/textset.h"

#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "compiler/macros_table.h"

void
textset_free(struct textset *s)
{
	strv_free(&s->items);
	free(s->slots);
}

static void
grow(struct textset *s)
{
	size_t cap = s->cap == 0 ? 64 : s->cap * 2, at;

	free(s->slots);
	s->slots = xcalloc(cap, sizeof(*s->slots));
	s->cap = cap;
	for (size_t i = 0; i < s->items.n; i++) {
		at = macros_hash(s->items.v[i], strlen(s->items.v[i])) & (cap - 1);
		while (s->slots[at] != 0)
			at = (at + 1) & (cap - 1);
		s->slots[at] = i + 1;
	}
}

void
textset_add(struct textset *s, char *text)
{
	size_t at;

	if (s->items.n * 2 >= s->cap)
		grow(s);
	at = macros_hash(text, strlen(text)) & (s->cap - 1);
	for (; s->slots[at] != 0; at = (at + 1) & (s->cap - 1)) {
		if (streq(s->items.v[s->slots[at] - 1], text)) {
			free(text);
			return;
		}
	}
	strv_push_own(&s->items, text);
	s->slots[at] = s->items.n;
}
