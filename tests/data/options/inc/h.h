#ifndef H
#define H
struct point { int x, y; const char *name; double w; };
static inline int area(const struct point *p) { return p->x * p->y; }
#define TWICE(a) ((a) + (a))
#endif
