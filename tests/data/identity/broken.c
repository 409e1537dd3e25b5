/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "inc/h.h"
int broken(void)
{
	return undeclared + ;
}
