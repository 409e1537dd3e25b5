/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "masq/plan.h"

#include <stdlib.h>

#include "base/buf.h"
#include "tests/unit/check.h"

#define TEXT "../../bin/distcc"

static char text_ours[] = TEXT, text_old[] = "/opt/bin/distcc", text_foreign[] = "../../bin/ccache", behind[] = "/usr/bin/x";

/* Links to choose from, by the letters of a row. */
static const struct {
	char letter;
	struct link link;
} kinds[] = {
	{'o', {.kind = LINK_OURS, .text = text_ours, .behind = behind, .compiler_name = true}},
	{'O', {.kind = LINK_OURS, .text = text_old, .behind = behind, .compiler_name = true}},	/* says something else */
	{'d', {.kind = LINK_OURS, .text = text_ours, .behind = behind, .compiler_name = true, .dangling = true}},
	{'s', {.kind = LINK_OURS, .text = text_ours, .compiler_name = true}},			/* stale */
	{'p', {.kind = LINK_OURS, .text = text_ours, .behind = behind, .compiler_name = true, .prefixed = true}},
	{'u', {.kind = LINK_OURS, .text = text_ours, .behind = behind}},			/* no usual compiler */
	{'f', {.kind = LINK_FOREIGN, .text = text_foreign, .compiler_name = true}},
	{'D', {.kind = LINK_FOREIGN, .text = text_foreign, .compiler_name = true, .dangling = true}},
	{'F', {.kind = LINK_FILE, .compiler_name = true}},
	{'/', {.kind = LINK_DIRECTORY}},
};

/* "gcc:o cc:F" */
static void
make_links(struct links *l, const char *words)
{
	size_t len;

	*l = (struct links){.v = xcalloc(10, sizeof(struct link))};
	for (const char *p = words; *p != '\0'; p += len + strspn(p + len, " ")) {
		len = strcspn(p, " ");
		for (size_t i = 0; i < countof(kinds); i++) {
			if (kinds[i].letter != p[len - 1])
				continue;
			l->v[l->n] = kinds[i].link;
			l->v[l->n++].name = xstrndup(p, len - 2);
		}
	}
}

static void
free_links(struct links *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->v[i].name);
	free(l->v);
}

static void
make_words(struct strv *v, const char *words)
{
	size_t len;

	for (const char *p = words; *p != '\0'; p += len + strspn(p + len, " ")) {
		len = strcspn(p, " ");
		strv_push_own(v, xstrndup(p, len));
	}
}

/* "+new ~again =replaced -removed !trouble" */
static char *
show(const struct plan *p)
{
	static const char ops[] = {[PLAN_LINK] = '+', [PLAN_RELINK] = '~', [PLAN_REPLACE] = '=', [PLAN_REMOVE] = '-'};
	struct buf b = BUF_INIT;

	buf_adds(&b, "");
	for (size_t i = 0; i < p->n; i++)
		buf_addf(&b, "%s%c%s", b.n > 0 ? " " : "", ops[p->v[i].op], p->v[i].name);
	for (size_t i = 0; i < p->ntroubles; i++)
		buf_addf(&b, "%s!%s%d", b.n > 0 ? " " : "", p->troubles[i].name, (int)p->troubles[i].kind);
	return b.p;
}

static const struct {
	const char *wanted, *present, *only;	/* only NULL: all */
	bool prefixed_only, force;
	const char *plan;
} rows[] = {
	{"", "", NULL, false, false, ""},
	{"cc gcc", "", NULL, false, false, "+cc +gcc"},
	{"cc gcc", "cc:o gcc:o", NULL, false, false, ""},
	{"cc gcc", "cc:O", NULL, false, false, "~cc +gcc"},
	{"gcc", "gcc:d", NULL, false, false, ""},		/* says what is wanted; that distcc is missing is not the plan's matter */
	{"gcc", "cc:s gcc:o", NULL, false, false, "-cc"},
	{"gcc", "hcc:u gcc:o", NULL, false, false, ""},		/* made by hand for a compiler that is there */
	{"gcc", "cc:O gcc:o", NULL, false, false, "~cc"},
	{"gcc", "aaa:f bin:f gcc:o note:F sub:/", NULL, false, false, ""},
	{"gcc", "gcc:F", NULL, false, false, "!gcc0"},
	{"gcc", "gcc:f", NULL, false, false, "!gcc1"},
	{"gcc", "gcc:D", NULL, false, false, "!gcc2"},
	{"gcc", "gcc:/", NULL, false, false, "!gcc3"},
	{"cc gcc", "gcc:F", NULL, false, false, "+cc !gcc0"},
	{"gcc", "gcc:F", NULL, false, true, "=gcc"},
	{"gcc", "gcc:f", NULL, false, true, "=gcc"},
	{"gcc", "gcc:D", NULL, false, true, "=gcc"},
	{"gcc", "gcc:/", NULL, false, true, "!gcc3"},		/* never */
	{"gcc", "cc:F gcc:o", NULL, false, true, ""},		/* force is for what is in the way */
	{"T-gcc", "T-gcc:p gcc:o", NULL, true, false, "-gcc"},
	{"T-gcc", "gcc:F", NULL, true, false, "+T-gcc"},	/* Gentoo's wrapper for cross compiling */
	{"T-gcc", "T-gcc:p hcc:u", NULL, true, false, ""},
	{"T-gcc", "T-cc:s cc:s gcc:o", "T-cc T-gcc", false, false, "-T-cc +T-gcc"},
	{"T-gcc", "cc:O", "T-cc T-gcc", false, false, "+T-gcc"},
};

static void
test_update(void)
{
	for (size_t i = 0; i < countof(rows); i++) {
		struct strv wanted = STRV_INIT, only = STRV_INIT;
		struct links present;
		struct plan plan;
		struct plan_in in = {
			.wanted = &wanted, .present = &present, .text = TEXT, .only = rows[i].only != NULL ? &only : NULL,
			.prefixed_only = rows[i].prefixed_only, .force = rows[i].force,
		};
		char *shown;

		make_words(&wanted, rows[i].wanted);
		make_words(&only, rows[i].only != NULL ? rows[i].only : "");
		make_links(&present, rows[i].present);
		plan_update(&plan, &in);
		shown = show(&plan);
		CHECK_STR(rows[i].plan, shown);
		free(shown);
		plan_free(&plan);
		free_links(&present);
		strv_free(&wanted);
		strv_free(&only);
	}
}

static void
test_remove(void)
{
	static const struct {
		const char *present, *only, *plan;
		size_t hidden;
		bool empties;
	} removals[] = {
		{"", NULL, "", 0, false},
		{"cc:o gcc:O hcc:u old:s", NULL, "-cc -gcc -hcc -old", 0, true},
		{"cc:o gcc:o", NULL, "-cc -gcc", 1, false},		/* Gentoo's .keep */
		{"cc:F gcc:o g++:f sub:/", NULL, "-gcc", 0, false},
		{"bin:f gcc:o", NULL, "-gcc", 0, false},
		{"T-gcc:p gcc:o", "T-cc T-gcc", "-T-gcc", 0, false},
		{"T-gcc:p", "T-gcc", "-T-gcc", 0, true},
	};

	for (size_t i = 0; i < countof(removals); i++) {
		struct strv only = STRV_INIT;
		struct links present;
		struct plan plan;
		char *shown;

		make_words(&only, removals[i].only != NULL ? removals[i].only : "");
		make_links(&present, removals[i].present);
		present.hidden = removals[i].hidden;
		plan_remove(&plan, &present, removals[i].only != NULL ? &only : NULL);
		shown = show(&plan);
		CHECK_STR(removals[i].plan, shown);
		CHECK_ROW(removals[i].present, plan_empties(&plan, &present) == removals[i].empties);
		free(shown);
		plan_free(&plan);
		free_links(&present);
		strv_free(&only);
	}
}

int
main(void)
{
	test_update();
	test_remove();
	return check_done();
}
