/*
 * model_json.c - somebody's JSON, with its place in every message.
 */
#include "postgres.h"

#include <math.h>

#include "base/compat.h"
#include "base/numeric.h"
#include "types/model_json.h"

DmAt
dm_at_root(JsonbContainer *root, const char *source, const char *hint)
{
	DmAt		at;

	at.source = source;
	at.hint = hint;
	at.path = "";
	at.value.type = jbvBinary;
	at.value.val.binary.data = root;
	at.value.val.binary.len = 0;
	return at;
}

void
dm_at_fail(const DmAt *at, const char *problem)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("invalid %s: %s %s", at->source, at->path[0] ? at->path : "the value", problem),
			 errhint("%s", at->hint)));
	pg_unreachable();
}

static bool
is_object(const DmAt *at)
{
	return at->value.type == jbvBinary && JsonContainerIsObject(at->value.val.binary.data);
}

bool
dm_at_try(const DmAt *object, const char *name, DmAt *member)
{
	JsonbValue	key;
	JsonbValue *found;

	if (!is_object(object))
		dm_at_fail(object, "is not an object");
	key.type = jbvString;
	key.val.string.val = unconstify(char *, name);
	key.val.string.len = (int) strlen(name);
	found = findJsonbValueFromContainer(object->value.val.binary.data, JB_FOBJECT, &key);
	*member = *object;
	member->path = object->path[0] ? psprintf("%s.%s", object->path, name) : pstrdup(name);
	if (found == NULL || found->type == jbvNull)
		return false;
	member->value = *found;
	return true;
}

DmAt
dm_at(const DmAt *object, const char *name)
{
	DmAt		member;

	if (!dm_at_try(object, name, &member))
		dm_at_fail(&member, "is missing");
	return member;
}

int
dm_at_length(const DmAt *array)
{
	if (array->value.type != jbvBinary || !JsonContainerIsArray(array->value.val.binary.data) ||
		JsonContainerIsScalar(array->value.val.binary.data))
		dm_at_fail(array, "is not an array");
	return (int) JsonContainerSize(array->value.val.binary.data);
}

DmAt
dm_at_nth(const DmAt *array, int i)
{
	DmAt		member = *array;
	JsonbValue *found = getIthJsonbValueFromContainer(array->value.val.binary.data, (uint32) i);

	member.path = psprintf("%s[%d]", array->path, i);
	if (found == NULL)
		dm_at_fail(&member, "is missing");
	member.value = *found;
	return member;
}

const char *
dm_at_string(const DmAt *at)
{
	if (at->value.type != jbvString)
		dm_at_fail(at, "is not a string");
	return pnstrdup(at->value.val.string.val, at->value.val.string.len);
}

static bool
number_of(const JsonbValue *value, double *number)
{
	char	   *text;
	char	   *end;

	switch (value->type)
	{
		case jbvNumeric:
			*number = dm_numeric_to_double(NumericGetDatum(value->val.numeric));
			return isfinite(*number) != 0;
		case jbvBool:
			*number = value->val.boolean;
			return true;
		case jbvString:
			text = pnstrdup(value->val.string.val, value->val.string.len);
			*number = strtod(text, &end);
			return end != text && *end == '\0' && isfinite(*number);
		default:
			return false;
	}
}

double
dm_at_number(const DmAt *at)
{
	double		number;

	if (!number_of(&at->value, &number))
		dm_at_fail(at, "is not a finite number");
	return number;
}

static int
int_of(const DmAt *at, double number, int least, int most)
{
	if (number != floor(number) || number < least || number > most)
		dm_at_fail(at, psprintf("is not a whole number from %d to %d", least, most));
	return (int) number;
}

int
dm_at_int(const DmAt *at, int least, int most)
{
	return int_of(at, dm_at_number(at), least, most);
}

double *
dm_at_numbers(const DmAt *array, int *n)
{
	int			length = dm_at_length(array);
	double	   *number = palloc_extended(sizeof(double) * Max((Size) length, 1), MCXT_ALLOC_HUGE);
	JsonbIterator *it;
	JsonbValue	value;
	int			i = 0;

	if (*n >= 0 && length != *n)
		dm_at_fail(array, psprintf("has %d values, not %d", length, *n));
	*n = length;
	it = JsonbIteratorInit(array->value.val.binary.data);
	JsonbIteratorNext(&it, &value, true);
	while (i < length && JsonbIteratorNext(&it, &value, true) == WJB_ELEM)
	{
		if (value.type == jbvNull)
			number[i] = (double) NAN;
		else if (!number_of(&value, &number[i]))
			dm_at_fail(array, psprintf("has a value that is not a finite number (the one at %d)", i));
		i++;
	}
	return number;
}

int *
dm_at_ints(const DmAt *array, int *n, int least, int most)
{
	double	   *number = dm_at_numbers(array, n);
	int		   *v = palloc_extended(sizeof(int) * Max((Size) *n, 1), MCXT_ALLOC_HUGE);
	int			i;

	for (i = 0; i < *n; i++)
		v[i] = int_of(array, number[i], least, most);
	pfree(number);
	return v;
}
