/*
 * profile.h - the profile type, unpacked.
 */
#ifndef DATAMON_TYPES_PROFILE_H
#define DATAMON_TYPES_PROFILE_H

#include "types/sketch.h"

typedef struct DmProfileColumn
{
	char		kind;			/* DM_KIND_... of working.h */
	DmSketch	number;
	struct varlena *category;	/* packed value_counts */
} DmProfileColumn;

typedef struct DmProfile
{
	uint64		rows;
	DmGrid		grid;
	int			ncolumns;
	DmProfileColumn *column;
} DmProfile;

/* A profile has at most as many columns as a function has arguments. */
#define DM_PROFILE_MAX_COLUMNS 1600

/*
 * With a third less, a month's PSI of a model's score by deciles was off by
 * 1.7 %; this much keeps distances of merged daily profiles within 1 %.
 */
#define DM_PROFILE_MAX_BYTES 1536

extern void dm_profile_unpack(const struct varlena *p, DmProfile *out);
extern struct varlena *dm_profile_pack(const DmProfile *p);

/* Packed form of a working form. */
struct DmWorking;
extern struct varlena *dm_profile_pack_working(const struct DmWorking *w);
/* One column behind its kind, which c says; false if the bytes are none. */
extern bool dm_profile_read_column(DmReader *r, const DmGrid *grid, DmProfileColumn *c);
extern void dm_profile_write_column(StringInfo buf, const DmProfileColumn *c);

/* A column's text. */
extern void dm_profile_read_column_json(DmJson *j, const DmGrid *grid, DmProfileColumn *c);
extern void dm_profile_write_column_json(StringInfo buf, const DmProfileColumn *c);

/* Are the counts of every column what the rows allow? */
extern bool dm_profile_valid(const DmProfile *p);

/* A whole histogram or value_counts of one column; NULL if of the other kind. */
extern struct varlena *dm_profile_histogram(const DmProfileColumn *c);

#endif							/* DATAMON_TYPES_PROFILE_H */
