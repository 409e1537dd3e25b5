/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/gch.h"

#include <string.h>

#define MAGIC "gpch"

static const char letters[] = {[IDENTITY_C] = 'C', [IDENTITY_CXX] = '+', [IDENTITY_OBJC] = 'o', [IDENTITY_OBJCXX] = 'O'};

bool
gch_lang(const char head[GCH_MAGIC_LEN], enum identity_lang *lang)
{
	const char *letter = memchr(letters, head[strlen(MAGIC)], sizeof(letters));

	if (letter == NULL || memcmp(head, MAGIC, strlen(MAGIC)) != 0)
		return false;
	*lang = (enum identity_lang)(letter - letters);
	return true;
}
