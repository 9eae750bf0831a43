#include "tui/picture/late.h"

#include <dlfcn.h>
#include <string.h>

bool late_load(const char *library, const char *const *names, size_t count, void *calls, struct err *err)
{
	void *loaded, *last;
	size_t found = 0;

	memcpy(&last, (char *)calls + (count - 1) * sizeof last, sizeof last);
	if (last)
		return true;
	loaded = dlopen(library, RTLD_NOW | RTLD_LOCAL);
	for (void *call; loaded && found < count && (call = dlsym(loaded, names[found])); found++)
		memcpy((char *)calls + found * sizeof call, &call, sizeof call);
	if (loaded && found == count)
		return true;
	if (loaded)
		dlclose(loaded);
	return err_set(err, ERR_UNAVAILABLE, "Pictures can't be shown: %s is missing or too old", library);
}
