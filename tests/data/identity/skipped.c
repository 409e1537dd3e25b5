/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Groups that are left out hold what is no C. */
#if 0
don't look here
#endif
int between = 1;
#if 0
nor here, it's text
#endif
int after = 2; /* a backslash ends this \*/
#define LATER 3
int later = LATER; /* and nothing this */
