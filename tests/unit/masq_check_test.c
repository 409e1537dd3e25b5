/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Findings from values; ccache's answers; JSON. */
#include "masq/check.h"

#include <stdlib.h>

#include "base/buf.h"
#include "masq/ccacheconf.h"
#include "masq/report.h"
#include "tests/unit/check.h"

static char empty[] = "";

/* "error:code warning:code" */
static char *
show(const struct findings *f)
{
	struct buf b = BUF_INIT;

	buf_adds(&b, "");
	for (size_t i = 0; i < f->n; i++)
		buf_addf(&b, "%s%s:%s", i > 0 ? " " : "", severity_name(f->v[i].severity), f->v[i].code);
	return b.p;
}

/* "c d r": ccache, distcc, real compiler, Chain; behind '|' come entries of PATH that do not run. */
static struct {
	char letter;
	enum walk_kind kind;
	char path[20];
} letters[] = {
	{'c', WALK_CCACHE, "/ccache/gcc"}, {'d', WALK_DISTCC, "/masq/gcc"}, {'C', WALK_CHAIN, "/chain/gcc"},
	{'r', WALK_REAL, "/usr/bin/gcc"}, {'p', WALK_DISTCC, "/usr/bin/distcc"},
	/* inside distcc-chain */
	{'K', WALK_CCACHE, "/usr/bin/ccache"}, {'D', WALK_DISTCC, "/usr/bin/distcc"},
};

struct made {
	struct walk walk;
	struct route route;
};

static void
make(struct made *m, const char *walk, const char *route)
{
	*m = (struct made){.walk.v = xcalloc(8, sizeof(struct walk_step)), .route.v = xcalloc(8, sizeof(struct route_step))};
	for (size_t i = 0; i < countof(letters) * 8; i++) {
		size_t row = i % countof(letters), at = i / countof(letters);

		if (at < strlen(walk) && walk[at] == letters[row].letter)
			m->walk.v[m->walk.n++] = (struct walk_step){
				.kind = letters[row].kind, .path = letters[row].path, .target = letters[row].path, .run = true,
			};
		if (at < strlen(route) && route[at] == letters[row].letter)
			m->route.v[m->route.n++] = (struct route_step){
				.kind = letters[row].kind, .path = letters[row].path, .target = letters[row].path,
				.by = letters[row].letter == 'p' ? "prefix_command" : strchr("KD", letters[row].letter) != NULL ? "distcc-chain" : "PATH",
			};
	}
}

static const struct {
	const char *walk, *route;
	const char *check;		/* compiler_check */
	const char *path, *compiler;	/* ccache's */
	int major;
	bool masq_on_path, has_link, asked;
	const char *behind;
	const char *found;
} chains[] = {
	{"dr", "dr", "mtime", "", "", 4, true, true, true, NULL, ""},
	{"cdr", "cdr", "%compiler% -v", "", "", 4, true, true, true, NULL, ""},
	{"cdr", "cdr", "mtime", "", "", 4, true, true, true, NULL, "warning:ccache-compiler-check"},
	{"cdr", "cdr", "content", "", "", 4, true, true, true, NULL, "warning:ccache-compiler-check"},
	{"cdr", "cdr", "string:x", "", "", 3, true, true, true, NULL, "warning:ccache-old"},
	{"cr", "cpr", "mtime", "", "", 4, false, false, true, NULL, ""},
	{"cdr", "cpr", "mtime", "", "", 4, true, true, true, NULL, "warning:double-distcc"},
	{"dcr", "dr", "mtime", "", "", 4, true, true, true, NULL, "error:distcc-before-ccache"},
	{"Cdcr", "CKDr", "mtime", "", "", 4, true, true, true, NULL, ""},
	{"Cdcr", "CKDr", "mtime", "", "", 3, true, true, true, NULL, "warning:ccache-old"},
	{"C", "CKD", "mtime", "", "", 4, true, true, true, NULL, "error:no-compiler"},
	{"d", "d", "mtime", "", "", 4, true, true, true, NULL, "error:no-compiler"},
	{"cd", "cd", "x", "", "", 4, true, true, true, NULL, "error:no-compiler"},
	{"d", "d", "mtime", "", "", 4, true, true, true, "/opt/bin/gcc", "error:compiler-not-on-path"},
	{"d", "d", "mtime", "", "", 4, true, true, false, "/opt/bin/gcc", "warning:compiler-not-on-path"},
	{"", "", "mtime", "", "", 4, true, false, true, NULL, "error:no-command"},
	{"", "", "mtime", "", "", 4, true, false, true, "/opt/bin/gcc", "error:compiler-not-on-path"},
	{"r", "r", "mtime", "", "", 4, false, true, true, NULL, "error:distcc-not-on-path"},
	{"r", "r", "mtime", "", "", 4, false, false, true, NULL, "error:distcc-not-on-path"},
	{"r", "r", "mtime", "", "", 4, true, false, true, NULL, "error:no-link"},
	{"rd", "r", "mtime", "", "", 4, true, true, true, NULL, "error:compiler-before-distcc"},
	{"rC", "r", "mtime", "", "", 4, false, true, true, NULL, "error:compiler-before-distcc"},
	{"cr", "cr", "mtime", "", "", 4, false, true, true, NULL, "error:distcc-not-on-path"},
	{"cdr", "cr", "mtime", "/usr/bin", "", 4, true, true, true, NULL, "error:ccache-skips-distcc"},
	{"cdr", "cr", "mtime", "", "/usr/bin/gcc", 4, true, true, true, NULL, "error:ccache-skips-distcc"},
	{"cdr", "cdr", "x", "", "", 0, true, true, true, NULL, ""},	/* did not say its version */
};

static void
test_chains(void)
{
	for (size_t i = 0; i < countof(chains); i++) {
		char check[20], path[20], compiler[20], *found;
		struct ccacheconf conf = {.major = chains[i].major, .prefix = empty, .path = path, .compiler = compiler, .check = check,
			.prefix_cpp = empty, .second_cpp = empty, .depend = empty};
		struct findings f = {0};
		struct made m;
		struct check_chain in = {
			.name = "gcc", .walk = &m.walk, .route = &m.route, .ccache = &conf, .masq = "/masq",
			.masq_on_path = chains[i].masq_on_path, .masq_has_link = chains[i].has_link, .asked = chains[i].asked,
			.behind = chains[i].behind, .update = "UPDATE",
		};

		snprintf(check, sizeof(check), "%s", chains[i].check);
		snprintf(path, sizeof(path), "%s", chains[i].path);
		snprintf(compiler, sizeof(compiler), "%s", chains[i].compiler);
		make(&m, chains[i].walk, chains[i].route);
		check_chain(&f, &in);
		found = show(&f);
		CHECK_STR(chains[i].found, found);
		CHECK_ROW(chains[i].found, findings_ok(&f) == (strstr(chains[i].found, "error") == NULL));
		for (size_t j = 0; j < f.n; j++)
			CHECK_ROW(chains[i].found, f.v[j].text[0] != '\0' && f.v[j].cure[0] != '\0');
		free(found);
		findings_free(&f);
		free(m.walk.v);
		free(m.route.v);
	}
}

/* What ccache preprocesses with: its settings, and what distcc-chain has to say. */
static void
test_settings(void)
{
	static const struct {
		const char *route, *prefix, *prefix_cpp, *second_cpp, *depend, *no_distcc, *found;
	} rows[] = {
		{"cdr", "", "distcc-cpp", "true", "false", NULL, ""},
		{"cdr", "", "/usr/bin/distcc-cpp", "true", "false", NULL, ""},
		{"cdr", "", "distcc-cpp", "false", "false", NULL, "error:ccache-second-cpp"},
		{"cdr", "", "", "true", "false", NULL, "note:preprocessed-twice"},
		{"cdr", "", "nice", "true", "false", NULL, "note:preprocessed-twice"},
		{"cpr", "", "", "true", "false", NULL, "warning:double-distcc note:preprocessed-twice"},
		{"cdr", "", "", "true", "true", NULL, ""},
		{"cdr", "", "", "false", "false", NULL, ""},
		{"cdr", "", "", "", "", NULL, ""},	/* did not say */
		{"dr", "", "distcc-cpp", "false", "false", NULL, "error:distcc-before-ccache"},
		{"CKDr", "", "distcc-cpp", "false", "false", NULL, ""},
		{"CKDr", "", "", "true", "false", NULL, ""},
		{"CKr", "", "", "true", "false", "DISTCC_CHAIN leaves it out", "warning:chain-without-distcc"},
		{"CKr", "", "", "true", "false", "there is none", "error:chain-without-distcc"},
	};

	for (size_t i = 0; i < countof(rows); i++) {
		char prefix[40], cpp[40], second[10], depend[10], check[] = "string:x", *found;
		struct ccacheconf conf = {.major = 4, .prefix = prefix, .path = empty, .compiler = empty, .check = check,
			.prefix_cpp = cpp, .second_cpp = second, .depend = depend};
		struct findings f = {0};
		struct made m;
		struct check_chain in = {
			.name = "gcc", .walk = &m.walk, .route = &m.route, .ccache = &conf, .masq = "/masq", .masq_on_path = true,
			.masq_has_link = true, .update = "UPDATE",
		};

		snprintf(prefix, sizeof(prefix), "%s", rows[i].prefix);
		snprintf(cpp, sizeof(cpp), "%s", rows[i].prefix_cpp);
		snprintf(second, sizeof(second), "%s", rows[i].second_cpp);
		snprintf(depend, sizeof(depend), "%s", rows[i].depend);
		make(&m, "cdr", rows[i].route);
		m.route.no_distcc = rows[i].no_distcc;
		check_chain(&f, &in);
		found = show(&f);
		CHECK_STR(rows[i].found, found);
		free(found);
		findings_free(&f);
		free(m.walk.v);
		free(m.route.v);
	}
}

/* ccache finds no prefix by its name that its compiler is a link to. */
static void
test_double(void)
{
	static const struct { const char *prefix, *leads; enum severity severity; } rows[] = {
		{"distcc", "/usr/bin/distcc", SEVERITY_ERROR},
		{"distcc", "/masq/distcc", SEVERITY_WARNING},
		{"/usr/bin/distcc", "/usr/bin/distcc", SEVERITY_WARNING},
	};

	for (size_t i = 0; i < countof(rows); i++) {
		char prefix[40], leads[40], path[] = "/usr/bin/distcc";
		struct ccacheconf conf = {.major = 4, .prefix = prefix, .path = empty, .compiler = empty, .check = empty,
			.prefix_cpp = empty, .second_cpp = empty, .depend = empty};
		struct findings f = {0};
		struct made m;
		struct check_chain in = {
			.name = "gcc", .walk = &m.walk, .route = &m.route, .ccache = &conf, .masq = "/masq", .masq_on_path = true,
			.masq_has_link = true, .update = "UPDATE",
		};

		snprintf(prefix, sizeof(prefix), "%s", rows[i].prefix);
		snprintf(leads, sizeof(leads), "%s", rows[i].leads);
		make(&m, "cdr", "cpr");
		m.walk.v[1].target = path;
		m.route.v[1].target = leads;
		check_chain(&f, &in);
		CHECK_INT(1, f.n);
		CHECK_STR("double-distcc", f.v[0].code);
		CHECK_INT(rows[i].severity, f.v[0].severity);
		findings_free(&f);
		free(m.walk.v);
		free(m.route.v);
	}
}

static void
test_dead_links(void)
{
	char path[] = "/x/gcc", text[] = "/x/gone", *found;
	struct check_dead dead[] = {
		{path, text, WALK_CCACHE}, {path, text, WALK_DISTCC}, {path, text, WALK_CHAIN}, {path, text, WALK_REAL},
	};
	struct ccacheconf conf = {.prefix = empty, .path = empty, .compiler = empty, .check = empty,
		.prefix_cpp = empty, .second_cpp = empty, .depend = empty};
	struct findings f = {0};
	struct made m;
	struct check_chain in = {
		.name = "gcc", .walk = &m.walk, .route = &m.route, .ccache = &conf, .masq = "/masq", .masq_on_path = true,
		.masq_has_link = true, .update = "UPDATE", .dead = dead, .ndead = countof(dead),
	};

	make(&m, "dr", "dr");
	check_chain(&f, &in);
	found = show(&f);
	CHECK_STR("warning:ccache-missing error:distcc-missing warning:dead-link", found);	/* the chain's says what distcc's said */
	free(found);
	findings_free(&f);
	free(m.walk.v);
	free(m.route.v);
}

static void
test_path(void)
{
	char a[] = "/masq", b[] = "/masq/bin", *found;
	struct check_entry entries[] = {{a, 0}, {b, 3}, {a, 4}};
	struct findings f = {0};

	check_path(&f, entries, 0);
	check_path(&f, entries, 1);
	CHECK_INT(0, f.n);
	check_path(&f, entries, 3);
	found = show(&f);
	CHECK_STR("warning:directory-twice warning:directory-twice", found);
	CHECK(strstr(f.v[0].text, "/masq/bin") != NULL && strstr(f.v[0].cure, "word 4") != NULL);
	free(found);
	findings_free(&f);
}

static void
test_commands(void)
{
	static const struct {
		const char *value;
		bool masqueraded, have_ccache;
		const char *found;
	} rows[] = {
		{"gcc", true, true, ""},
		{"gcc -m32", true, true, ""},
		{"distcc gcc", false, true, ""},
		{"distcc gcc", true, true, "warning:command-names-distcc"},
		{"ccache distcc gcc", true, true, "warning:command-names-distcc"},
		{"ccache /usr/bin/distcc gcc", true, true, "warning:command-names-distcc"},
		{"  distcc\tgcc", true, true, "warning:command-names-distcc"},
		{"ccache gcc", true, true, ""},
		{"ccache gcc", true, false, "error:ccache-missing"},
		{"/opt/bin/ccache gcc", false, false, "error:ccache-missing"},
		{"gcc -Ddistcc -I/x/distcc", true, true, ""},
		{"", true, true, ""},
	};

	for (size_t i = 0; i < countof(rows); i++) {
		struct findings f = {0};
		struct check_command in = {"CC", rows[i].value, rows[i].masqueraded, rows[i].have_ccache};
		char *found;

		check_command(&f, &in);
		found = show(&f);
		CHECK_STR(rows[i].found, found);
		free(found);
		findings_free(&f);
	}
}

static void
test_links(void)
{
	char name[] = "gcc", other[] = "x", another[] = "g++", text[] = "../../bin/distcc", behind[] = "/usr/bin/gcc";
	struct link kinds[] = {
		{.name = name, .kind = LINK_OURS, .text = text, .behind = behind, .compiler_name = true},
		{.name = name, .kind = LINK_OURS, .text = text, .compiler_name = true},
		{.name = name, .kind = LINK_OURS, .text = text, .compiler_name = true, .dangling = true},
		{.name = name, .kind = LINK_FILE, .compiler_name = true},
		{.name = name, .kind = LINK_FOREIGN, .text = text, .compiler_name = true},
		{.name = another, .kind = LINK_OURS, .text = text, .behind = behind, .compiler_name = true},
		{.name = other, .kind = LINK_FILE},
	};
	static const char *const want[] = {
		"", "error:stale-link", "error:distcc-missing", "warning:foreign-file", "warning:foreign-file", "warning:missing-link",
		"error:directory-empty",
	};
	struct strv wanted = STRV_INIT;

	strv_push(&wanted, "gcc");
	for (size_t i = 0; i < countof(kinds); i++) {
		struct links l = {.v = &kinds[i], .n = 1};
		struct check_dir in = {.dir = "/masq", .present = &l, .wanted = &wanted, .update = "UPDATE"};
		struct findings f = {0};
		char *found;

		check_links(&f, &in);
		found = show(&f);
		CHECK_STR(want[i], found);
		free(found);
		findings_free(&f);
		in.missing = true;
		check_links(&f, &in);
		CHECK(f.n == 1 && streq(f.v[0].code, "directory-missing") && streq(f.v[0].cure, "UPDATE"));
		findings_free(&f);
	}
	strv_free(&wanted);
}

static void
test_hosts(void)
{
	static const struct {
		enum check_hosts state;
		const char *found;
	} rows[] = {
		{HOSTS_OK, ""}, {HOSTS_LOCAL, "warning:only-localhost"}, {HOSTS_NONE, "error:no-hosts"}, {HOSTS_BAD, "error:bad-hosts"},
	};
	struct check_daemon daemons[] = {{"a", NULL}, {"b", "no answer"}};
	struct findings f = {0};
	char *found;

	for (size_t i = 0; i < countof(rows); i++) {
		check_hosts(&f, rows[i].state, "text");
		found = show(&f);
		CHECK_STR(rows[i].found, found);
		free(found);
		findings_free(&f);
	}
	check_daemons(&f, daemons, 0);
	check_daemons(&f, daemons, 1);
	CHECK_INT(0, f.n);
	check_daemons(&f, daemons, 2);
	CHECK(f.n == 1 && findings_ok(&f));
	findings_free(&f);
	check_daemons(&f, daemons + 1, 1);
	found = show(&f);
	CHECK_STR("warning:daemon-unreachable error:no-daemon", found);
	free(found);
	findings_free(&f);
}

static void
test_findings(void)
{
	struct findings f = {0}, more = {0};
	char *found;

	findings_add(&f, SEVERITY_NOTE, "a", xstrdup("text"), xstrdup("cure"));
	findings_add(&f, SEVERITY_NOTE, "a", xstrdup("text"), xstrdup("cure"));
	findings_add(&f, SEVERITY_NOTE, "a", xstrdup("other"), xstrdup("cure"));
	CHECK_INT(2, f.n);
	findings_add(&more, SEVERITY_WARNING, "a", xstrdup("third"), xstrdup("cure"));
	findings_add(&more, SEVERITY_WARNING, "b", xstrdup("one"), xstrdup("cure"));
	findings_add(&more, SEVERITY_WARNING, "b", xstrdup("two"), xstrdup("cure"));
	findings_merge(&f, &more);
	found = show(&f);
	CHECK_STR("note:a note:a warning:b warning:b", found);
	free(found);
	findings_free(&f);
	findings_free(&more);
}

static void
test_ccache_answers(void)
{
	static const struct {
		const char *text;
		int major, minor;	/* -1: no number */
	} versions[] = {
		{"ccache version 4.7.5\nFeatures: x\n", 4, 7}, {"ccache version 3.7+12\n", 3, 7}, {"ccache version 4.10\n", 4, 10},
		{"ccache version 5\n", -1, 0}, {"ccache version x.y\n", -1, 0}, {"sccache 0.5\n", -1, 0}, {"", -1, 0},
	};
	struct ccacheconf c;

	for (size_t i = 0; i < countof(versions); i++) {
		c = (struct ccacheconf){0};
		CHECK_ROW(versions[i].text, ccacheconf_parse_version(&c, versions[i].text) == (versions[i].major >= 0));
		CHECK_INT(versions[i].major > 0 ? versions[i].major : 0, c.major);
		CHECK_INT(versions[i].minor, c.minor);
	}
	setenv("CCACHE_PREFIX", "old", 1);
	setenv("CCACHE_PATH", "/from/env", 1);
	unsetenv("CCACHE_COMPILER");
	unsetenv("CCACHE_COMPILERCHECK");
	ccacheconf_from_env(&c);
	CHECK_STR("old", c.prefix);
	CHECK_STR("", c.check);
	ccacheconf_parse(&c, "(default) absolute_paths = false\n(environment) prefix_command = distcc -x\n"
		"(/etc/a (b)/ccache.conf) compiler_check = %compiler% -v\n(default) compiler = \n(default) prefix_command_cpp = no\n"
		"path = ignored\n(default) run_second_cpp = true");
	CHECK_STR("distcc -x", c.prefix);
	CHECK_STR("%compiler% -v", c.check);
	CHECK_STR("", c.compiler);
	CHECK_STR("/from/env", c.path);
	CHECK_STR("true", c.second_cpp);
	ccacheconf_parse(&c, "(/etc/ccache.conf) run_second_cpp = false\n");
	CHECK_STR("false", c.second_cpp);
	ccacheconf_free(&c);
	ccacheconf_from_env(&c);
	ccacheconf_parse(&c, "");
	CHECK_STR("", c.second_cpp);
	ccacheconf_parse(&c, "(default) path = \n");
	CHECK_STR("true", c.second_cpp);
	ccacheconf_free(&c);
}

static void
test_json(void)
{
	static const struct {
		const char *text, *json;
	} rows[] = {
		{"", "\"\""},
		{"/usr/bin/gcc", "\"/usr/bin/gcc\""},
		{"a\"b\\c", "\"a\\\"b\\\\c\""},
		{"a\nb\tc\001\177", "\"a\\u000ab\\u0009c\\u0001\\u007f\""},
		{"\303\244\342\202\254\360\237\230\200", "\"\303\244\342\202\254\360\237\230\200\""},
		{"\377x", "\"\\ufffdx\""},
		{"\303", "\"\\ufffd\""},
		{"\342\202", "\"\\ufffd\\ufffd\""},
		{"\300\257", "\"\\ufffd\\ufffd\""},		/* overlong */
		{"\355\240\200", "\"\\ufffd\\ufffd\\ufffd\""},	/* a surrogate */
	};
	struct buf out = BUF_INIT;
	struct findings f = {0};
	struct report r = {.compiler = "gcc", .findings = &f};

	for (size_t i = 0; i < countof(rows); i++) {
		report_json_string(&out, rows[i].text);
		CHECK_STR(rows[i].json, out.p);
		buf_free(&out);
	}
	report_json(&out, &r);
	CHECK_STR("{\n  \"compiler\": \"gcc\",\n  \"works\": true,\n  \"findings\": []\n}\n", out.p);
	buf_free(&out);
}

int
main(void)
{
	test_chains();
	test_settings();
	test_double();
	test_dead_links();
	test_path();
	test_commands();
	test_links();
	test_hosts();
	test_findings();
	test_ccache_answers();
	test_json();
	return check_done();
}
