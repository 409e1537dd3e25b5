/* What warnings read in comments, and what must keep its column beside them. */
int classify(int x, int *y)	/* a header, as it were */
{
	switch (x) {
	case 1:
		*y = 2;	/* FALLTHRU */
	case 2:
		*y += 3; // falls through
	case 3:
		*y *= 3; /* anything else */
	case 4: /* before */ *y -= 1; /* behind */
		/* two
		   lines */ *y ^= 5;
		break;
	/* a comment /* in a comment */
	}
	char c = '"'; /* ' */ char *s = "/* no comment */"; // "
	// one that goes on \
	   here
	return c + s[0] /* end */;
}
#define TEXT(x) #x
const char *text = TEXT(a /* one */ b // two
	c /* three */
	d);
/* ↔ is no ASCII */
