/*
 * dictionary.h - values of a column as small integers.
 *
 * Ids count from 1 in order of first sight; 0 is NULL.  A value is told apart
 * by its bytes, which whoever asks has made canonical (column.c).
 */
#ifndef DATAMON_SCAN_DICTIONARY_H
#define DATAMON_SCAN_DICTIONARY_H

#include "scan/rows.h"

typedef struct DmDictionary DmDictionary;

/* Lives in the current memory context. */
extern DmDictionary *dm_dictionary_new(void);

/*
 * From now on at most so many values have an id of their own: every other one
 * has the id behind them, whose bytes are DM_OTHER_BYTES, as no canonical value
 * has: text has no NUL, words and numerics have an even number of bytes.
 */
#define DM_OTHER_BYTES "\0other\0"
#define DM_OTHER_LENGTH 7
extern void dm_dictionary_limit(DmDictionary *d, uint32 most);

/* Id of the value, which is copied when it is new. */
extern uint32 dm_dictionary_id(DmDictionary *d, const char *bytes, size_t len);
extern bool dm_dictionary_is_other(const DmDictionary *d, uint32 id);
extern uint32 dm_dictionary_size(const DmDictionary *d);	/* ids are 1..size */
extern Size dm_dictionary_value_bytes(const DmDictionary *d);
/* Begin again with id 1. */
extern void dm_dictionary_forget(DmDictionary *d);
extern const char *dm_dictionary_bytes(const DmDictionary *d, uint32 id, size_t *len);

#endif							/* DATAMON_SCAN_DICTIONARY_H */
