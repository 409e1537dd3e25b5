/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Each row was shown to gcc 12 too: "yes" is where -Wmisleading-indentation warns. */
#include <stdlib.h>

#include "compiler/indent.h"
#include "tests/unit/check.h"

static const char *const yes[] = {
	"\tif (x)\n\t\tfoo();\n\t\tbar();\n",
	"\tif (x) foo(); bar();\n",
	"\tif (x)\n\t\tfoo(); bar();\n",
	"\tif (x)\n\t\tfoo();\n                bar();\n",		/* a tab is eight columns */
	"\tif (x);\n\t\tfoo();\n",
	"\tif (x); {\n\t}\n",
	"\tif (x)\n\t\t/* c */ ;\n\t\tfoo();\n",
	"\tfor (i = 0; i < 9; i++)\n\t\tfoo();\n\t\tbar();\n",
	"\twhile (x)\n\t\tfoo();\n\t\tbar();\n",
	"\tif (x)\n\t\tfoo();\n\telse\n\t\tbar();\n\t\tfoo();\n",
	"\tif (x) {\n\t\tfoo();\n\t} else\n\t\tbar();\n\t\tfoo();\n",
	"\tif (x)\n\t\tfoo();\n\telse if (i)\n\t\tbar();\n\t\tfoo();\n",
	"\tif (x)\n\t\tfoo(1,\n\t\t    2);\n\t\tbar();\n",
	"\tif (x)\n\t\twhile (i)\n\t\t\tfoo();\n\t\tbar();\n",
	"\tif (x)\n\t\tfoo();\n\n\n\t\tbar();\n",
	"\tif (x) /* c\n */\n\t\tfoo(); // c\n\t\tbar();\n",
	"\tEACH(i)\n\t\tfoo();\n\t\tbar();\n",
	"\tif (x)\n\t\tdo foo(); while (i);\n\t\tbar();\n",
	"\tif (x)\n\t\tswitch (i) { case 1: foo(); }\n\t\tbar();\n",
	"\tif (x)\n\t\tx = ({ foo(); 1; });\n\t\tbar();\n",
	"\tswitch (x) {\n\tcase 1:\n\t\tif (i)\n\t\t\tfoo();\n\t\t\tbar();\n\t}\n",
	"\tif (x)\n\t\tfoo(\"\\\"); {\", '\\'', '{');\n\t\tbar();\n",
};

static const char *const no[] = {
	"\tif (x)\n\t\tfoo();\n\tbar();\n",
	"\tif (x) {\n\t\tfoo();\n\t}\n\tbar();\n",
	"\tif (x) {\n\t\tfoo();\n\t}\n\t\tbar();\n",
	"\tif (x)\n\t{\n\tfoo();\n\t}\n\tbar();\n",
	"\tif (x) foo();\n\tbar();\n",
	"\tif (x) foo(); else bar();\n\tfoo();\n",
	"\tfoo(); if (x) bar(); foo();\n",
	"\tif (x)\n\tfoo();\n\tbar();\n",
	"\tfor (;;)\n\t\tif (x)\n\t\t\tbreak;\n\tfoo();\n",
	"\tdo\n\t\tfoo();\n\twhile (x);\n\tbar();\n",
	"\tdo { foo(); } while (x); bar();\n",
	"\twhile (x);\n\tfoo();\n",
	"\tfoo(1,\n\t    2,\n\t    3);\n\tbar();\n",
	"\tif (x &&\n\t    i) {\n\t\tfoo();\n\t}\n\tbar();\n",
	"\tint a[] = { 1, 2,\n\t\t3 };\n\tbar();\n",
	"\tif (x) { foo(); } bar();\n",
	"\tif (x) { foo(); bar(); }\n",
	"\tif (x)\n\t\tfoo();\n\t}\n\t{\n",
	"\tswitch (x) {\n\tcase 1: foo(); bar(); break;\n\tdefault: foo();\n\t}\n",
	"\tlabel: foo();\n\tgoto label;\n",
	"\tif (x)\n\t\treturn;\n\t#define if(x) foo\n\tbar();\n",
	"\tEACH(i) {\n\t\tfoo();\n\t}\n\tbar();\n",
	"\tfoo(i)\n\t\t+ bar(),\n\t\tfoo();\n",
	"\t/* if (x) foo(); bar(); */\n\t// if (x) foo(); bar();\n\tfoo(\"if (x) foo(); bar();\");\n",
	"\treturn\n\t\tx\n\t\t? foo()\n\t\t: bar();\n",
};

#define HEAD "# 1 \"a.c\"\nvoid foo(void)\n{\n"
#define TAIL "}\n"

static bool
in_function(const char *statements)
{
	char *text = xasprintf("%s%s%s", HEAD, statements, TAIL);
	bool misleads = indent_misleads(text, strlen(text));

	/* No prefix may make it stumble: exactly that many bytes are there. */
	for (size_t n = 0; n < strlen(text); n += 3) {
		char *part = xstrndup(text, n);

		indent_misleads(part, n);
		free(part);
	}
	free(text);
	return misleads;
}

static const struct { const char *text; bool misleads; } whole[] = {
	{"", false},
	{"}}}}))))", false},
	{"{{{{((((", false},
	/* of system headers nothing is said, and "# define" does not end them */
	{HEAD "# 1 \"s.h\" 1 3 4\n\tif (x) a(); b();\n# define X\n\tif (x) a(); b();\n# 5 \"a.c\" 2\n" TAIL, false},
	{HEAD "# 1 \"s.h\" 1\n\tif (x) a(); b();\n# 5 \"a.c\" 2\n" TAIL, true},
	{HEAD "# 1 \"s3.h\" 1\n\tif (x) a(); b();\n# 5 \"a.c\" 2\n" TAIL, true},
	{HEAD "# 1 \"s.h\" 1 3\nint a;\n# 5 \"a.c\" 2\n\tif (x) a(); b();\n" TAIL, true},
	/* not in the same file */
	{HEAD "\tif (x)\n\t\ta();\n# 1 \"b.h\" 1\n\t\tb();\n# 5 \"a.c\" 2\n" TAIL, false},
	{"const char *s = R\"x(if (x) a(); b();\n)\" )x\";\nvoid f(void)\n{\n\tif (x) a(); b();\n}\n", true},
	{"const char *s = R\"x(if (x) a(); b();\n)\" )x\";\n", false},
	{"auto l = [](int x) { if (x) a(); b(); };\n", false},
	{"auto l = [](int x) {\n\tif (x) a(); b();\n};\n", true},
	{"int n = 1'000'000; void f(void)\n{\n\tif (x) a(); b();\n}\n", true},
	/* old style: macro or function, outside of a block there are no statements */
	{"main(argc, argv)\n\tint argc;\n\tchar **argv;\n{\n}\n", false},
	{"struct s {\n\tDECLARE(x)\n\tint a;\n\tint b;\n};\n", false},
};

int
main(void)
{
	char deep[2000];

	for (size_t i = 0; i < countof(yes); i++)
		CHECK_ROW(yes[i], in_function(yes[i]));
	for (size_t i = 0; i < countof(no); i++)
		CHECK_ROW(no[i], !in_function(no[i]));
	for (size_t i = 0; i < countof(whole); i++)
		CHECK_ROW(whole[i].text, indent_misleads(whole[i].text, strlen(whole[i].text)) == whole[i].misleads);

	/* What is nested too deeply is left to the local compiler. */
	memset(deep, '{', sizeof(deep));
	CHECK(indent_misleads(deep, sizeof(deep)));
	return check_done();
}
