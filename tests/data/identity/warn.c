/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Warnings that only the source itself brings about, or spares us. */
#define TWICE(x) do { x; x; } while (0)
int helper(int);
int fall(int a)
{
	switch (a) {
	case 1:
		a++;
		/* fall through */
	case 2:
		a++;
	default:
		TWICE(a++);
	}
	return a;
}
int indented(int a)
{
	if (a)
		a++;
		helper(a);
	return a;
}
