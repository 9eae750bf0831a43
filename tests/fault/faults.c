#include "tests/fault/faults.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

void faults_prepare(struct faults *faults, struct shop *shop, const char *library)
{
	const char *build = getenv("top_builddir");

	if (faults->control)
		return;
	snprintf(faults->library, sizeof faults->library, "%s/tests/fault/%s", build && *build ? build : ".", library);
	assert_int_equal(access(faults->library, R_OK), 0);
	snprintf(faults->path, sizeof faults->path, "%s/control", shop->folder);
	faults->control = shared_make(faults->path, sizeof *faults->control);
	assert_non_null(faults->control);
	shop->preload = faults->library;
	shop->control = faults->path;
}

void faults_done(struct faults *faults)
{
	if (faults->control)
		munmap(faults->control, sizeof *faults->control);
	faults->control = NULL;
}

int64_t faults_calls(const struct faults *faults)
{
	return atomic_load(&faults->control->calls);
}

void faults_arm(struct faults *faults, int64_t first, int64_t last, int error)
{
	int64_t now = faults_calls(faults);

	atomic_store(&faults->control->failed, 0);
	atomic_store(&faults->control->error, error);
	atomic_store(&faults->control->last, now + last);
	atomic_store(&faults->control->first, now + first);
}

int64_t faults_disarm(struct faults *faults)
{
	atomic_store(&faults->control->first, 0);
	return atomic_load(&faults->control->failed);
}
