/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fill, clear and show the directory of links. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/path.h"
#include "base/util.h"
#include "config.h"
#include "masq/apply.h"
#include "masq/command.h"
#include "masq/dirlock.h"
#include "masq/links.h"
#include "masq/names.h"
#include "masq/place.h"
#include "masq/plan.h"
#include "masq/report.h"
#include "masq/scan.h"

/* One run of a command that changes the directory. */
struct work {
	const struct command_conf *c;
	struct scan scan;
	char *program, *text;	/* what links shall lead to, and say; NULL: links are only removed */
	struct strv wanted;
	bool limited;		/* to the names in only */
	struct strv only;
	bool prefixed_only;
	struct links present;
	struct plan plan;
	int fd;			/* the locked directory; -1: not there, or a dry run */
};

static const char *
program_name(const struct command_conf *c)
{
	return c->chain ? "distcc-chain" : "distcc";
}

static void
begin(struct work *w, const struct command_conf *c)
{
	struct scan_from from = {.root = c->root, .eprefix = c->eprefix, .list = c->list, .masq = c->dir};

	*w = (struct work){.c = c, .fd = -1};
	w->program = place_program(c->root, c->eprefix, PKGLIBDIR, program_name(c), c->list);
	if (w->program != NULL)
		w->text = place_link_text(c->root, c->dir, w->program);
	from.program = w->program;
	scan_compilers(&w->scan, &from);
}

static void
end(struct work *w)
{
	if (w->fd != -1)
		close(w->fd);
	plan_free(&w->plan);
	links_free(&w->present);
	strv_free(&w->wanted);
	strv_free(&w->only);
	scan_compilers_free(&w->scan);
	free(w->program);
	free(w->text);
}

/* May we make or change the directory?  Says why not. */
static bool
is_usable(const struct command_conf *c)
{
	struct stat st;
	char *up, *next;
	bool ok;

	if (stat(c->dir, &st) == 0) {
		if (!S_ISDIR(st.st_mode))
			command_say("%s is no directory: move it away, or choose another one with --dir", c->dir);
		else if (!c->dry_run && access(c->dir, W_OK | X_OK) == -1)
			command_say("%s cannot be changed: %s; do it as root, or choose another one with --dir", c->dir, strerror(errno));
		else
			return true;
		return false;
	}
	if (lstat(c->dir, &st) == 0) {
		command_say("%s is a dangling link: remove it, or make the directory it leads to", c->dir);
		return false;
	}
	up = path_dir(c->dir);
	while (lstat(up, &st) == -1 && errno == ENOENT && !streq(up, "/")) {
		next = path_dir(up);
		free(up);
		up = next;
	}
	ok = c->dry_run || (stat(up, &st) == 0 && S_ISDIR(st.st_mode) && access(up, W_OK | X_OK) == 0);
	if (!ok)
		command_say("%s cannot be made in %s: %s; do it as root, or choose another one with --dir", c->dir, up,
			S_ISDIR(st.st_mode) ? strerror(errno) : strerror(ENOTDIR));
	free(up);
	return ok;
}

static void
say_trouble(const struct command_conf *c, const struct plan_trouble *t)
{
	switch (t->kind) {
	case TROUBLE_FILE:
		command_say("%s/%s is a file, not a link to distcc: move it away, or replace it with --force", c->dir, t->name);
		break;
	case TROUBLE_FOREIGN:
		command_say("%s/%s leads to %s, not to distcc: remove it, or replace it with --force", c->dir, t->name, t->text);
		break;
	case TROUBLE_DANGLING:
		command_say("%s/%s is a dangling link to %s: remove it, or replace it with --force", c->dir, t->name, t->text);
		break;
	case TROUBLE_DIRECTORY:
		command_say("%s/%s is a directory: move it away", c->dir, t->name);
		break;
	}
}

/* Nothing stands in the way of the plan; else it is said. */
static bool
is_clear(const struct work *w)
{
	for (size_t i = 0; i < w->plan.ntroubles; i++)
		say_trouble(w->c, &w->plan.troubles[i]);
	if (w->plan.ntroubles > 0) {
		command_say("nothing was changed");
		return false;
	}
	return w->plan.n == 0 || is_usable(w->c);
}

static bool
make_plan(struct work *w)
{
	struct plan_in in = {
		.wanted = &w->wanted, .present = &w->present, .text = w->text, .only = w->limited ? &w->only : NULL,
		.prefixed_only = w->prefixed_only, .force = w->c->force,
	};

	plan_free(&w->plan);
	links_free(&w->present);
	if (links_read(&w->present, w->c->root, w->c->dir, &w->scan) == -1 && errno != ENOTDIR) {
		command_say("%s cannot be read: %s", w->c->dir, strerror(errno));
		return false;
	}
	if (w->text != NULL)
		plan_update(&w->plan, &in);
	else
		plan_remove(&w->plan, &w->present, in.only);
	return true;
}

static void
print_change(const struct work *w, const struct plan_change *change)
{
	static const char *const words[] = {
		[PLAN_LINK] = "link", [PLAN_RELINK] = "relink", [PLAN_REPLACE] = "replace", [PLAN_REMOVE] = "remove",
	};

	printf("%s%s %s/%s", w->c->dry_run ? "would " : "", words[change->op], w->c->dir, change->name);
	if (change->op != PLAN_REMOVE)
		printf(" -> %s", w->text);
	printf("\n");
}

static int
carry_out(struct work *w)
{
	if (!w->c->dry_run && w->fd != -1)
		apply_tidy(w->fd);
	for (size_t i = 0; i < w->plan.n; i++) {
		const struct plan_change *change = &w->plan.v[i];

		if (!w->c->dry_run && apply_change(w->fd, change, w->text) == -1) {
			command_say("%s/%s: %s; start again", w->c->dir, change->name,
				errno == ESTALE || errno == EEXIST ? "changed by somebody else meanwhile" : strerror(errno));
			return 1;
		}
		print_change(w, change);
	}
	return 0;
}

/* Make the directory; what others have put there by the time it is ours counts as well. */
static bool
make_directory(struct work *w)
{
	bool made;

	w->fd = dirlock_open(w->c->dir, true, &made);
	if (w->fd == -1) {
		command_say("%s: %s", w->c->dir, strerror(errno));
		return false;
	}
	if (made)
		printf("mkdir %s\n", w->c->dir);
	return make_plan(w) && is_clear(w);
}

/* Plan, check all of it, carry it out. */
static int
run(struct work *w)
{
	const char *would = w->c->dry_run ? "would " : "";
	int status;

	if (!w->c->dry_run)
		w->fd = dirlock_open(w->c->dir, false, NULL);	/* if it is there */
	if (!make_plan(w) || !is_clear(w))
		return 1;
	if (w->c->dry_run && w->plan.n > 0 && access(w->c->dir, F_OK) == -1)
		printf("would mkdir %s\n", w->c->dir);
	if (!w->c->dry_run && w->plan.n > 0 && w->fd == -1 && !make_directory(w))
		return 1;
	status = carry_out(w);
	if (status == 0 && plan_empties(&w->plan, &w->present) && (w->c->dry_run || rmdir(w->c->dir) == 0))
		printf("%srmdir %s\n", would, w->c->dir);
	return status;
}

static void
want_targets(struct work *w, const struct strv *targets)
{
	char *behind;

	w->limited = true;
	for (size_t i = 0; i < targets->n; i++)
		names_of_target(&w->only, targets->v[i]);
	names_sort(&w->only);
	for (size_t i = 0; i < w->only.n; i++) {
		behind = scan_behind(&w->scan, w->only.v[i], NULL);
		if (behind != NULL)
			strv_push(&w->wanted, w->only.v[i]);
		free(behind);
	}
}

static void
want_all(struct work *w, enum command_update mode)
{
	w->prefixed_only = mode == UPDATE_PREFIXED;
	for (size_t i = 0; i < w->scan.n; i++) {
		if (mode == UPDATE_ALL || w->scan.v[i].prefixed)
			strv_push(&w->wanted, w->scan.v[i].name);
	}
}

static bool
can_update(const struct work *w, enum command_update mode, const struct strv *targets)
{
	char *names;

	if (w->program == NULL) {
		command_say("there is no %s to link to%s%s: install it there first", program_name(w->c), w->c->root[0] != '\0' ? " in " : "",
			w->c->root);
	} else if (w->scan.holds_compilers) {
		command_say("%s is where compilers live; links there would take their place: choose another directory", w->c->dir);
	} else if (w->wanted.n > 0) {
		return true;
	} else if (targets->n > 0) {
		names = strv_join(targets->v);
		command_say("there is no compiler for %s: install it, or mend the name", names);
		free(names);
	} else {
		command_say("there is no compiler%s on PATH (%s); --remove-links removes all links",
			mode == UPDATE_PREFIXED ? " with a target in its name" : "", w->c->list);
	}
	return false;
}

int
command_update_links(const struct command_conf *c, enum command_update mode, const struct strv *targets)
{
	struct work w;
	int status = 1;

	begin(&w, c);
	if (targets->n > 0)
		want_targets(&w, targets);
	else
		want_all(&w, mode);
	if (can_update(&w, mode, targets))
		status = run(&w);
	end(&w);
	return status;
}

int
command_remove_links(const struct command_conf *c, const struct strv *targets)
{
	struct work w;
	struct stat st;
	int status;

	if (lstat(c->dir, &st) == -1 && (errno == ENOENT || errno == ENOTDIR)) {
		command_say("there is no %s, and nothing to remove", c->dir);
		return 0;
	}
	begin(&w, c);
	free(w.text);
	w.text = NULL;
	if (targets->n > 0)
		want_targets(&w, targets);
	status = run(&w);
	end(&w);
	return status;
}

int
command_list_links(const struct command_conf *c)
{
	struct buf out = BUF_INIT;
	struct report report = {.directory = c->dir};
	struct work w;
	int status = 0;

	begin(&w, c);
	if (access(c->dir, R_OK | X_OK) == -1 || links_read(&w.present, c->root, c->dir, &w.scan) == -1) {
		command_say("%s: %s; \"%s\" makes and fills it", c->dir, strerror(errno), c->update);
		status = 1;
	} else {
		report.links = &w.present;
		if (c->json)
			report_json(&out, &report);
		else
			report_links(&out, &w.present);
		fputs(out.p, stdout);
	}
	buf_free(&out);
	end(&w);
	return status;
}
