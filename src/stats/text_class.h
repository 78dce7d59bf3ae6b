/*
 * text_class.h - what a text looks like: a whole number, a number, a truth
 * value, a date or time.
 */
#ifndef DATAMON_TEXT_CLASS_H
#define DATAMON_TEXT_CLASS_H

#include <stddef.h>

/* White space (ASCII) around is passed over; every text has one class. */
typedef enum DmTextClass
{
	DM_TEXT_EMPTY,				/* no character at all */
	DM_TEXT_BLANK,				/* white space only */
	DM_TEXT_INTEGER,			/* [+-]digits */
	DM_TEXT_DECIMAL,			/* a number with a point or an exponent */
	DM_TEXT_BOOLEAN,			/* true false t f yes no y n on off, in any case */
	DM_TEXT_TIME,				/* ISO 8601: a day, or a day and a time of day */
	DM_TEXT_OTHER,
	DM_TEXT_CLASSES
} DmTextClass;

extern DmTextClass dm_text_class(const char *s, size_t n);

#endif							/* DATAMON_TEXT_CLASS_H */
