#include "tests/screens/spoken.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/text.h"

enum { SPOKEN_MAX = 4 << 20, PAGE_LINES = 25, MESSAGES = 4 };

static struct buf said, errors;

static void read_back(const struct stage *stage, const char *name, struct buf *text)
{
	char path[128];

	buf_done(text);
	buf_init(text, SPOKEN_MAX);
	snprintf(path, sizeof path, "%s/%s", stage->home, name);
	assert_true(file_read(path, text, NULL));
}

static void expect_text(const struct buf *text)
{
	assert_true(text_valid(text->bytes, text->length));
	for (size_t at = 0; at < text->length; at++)
		if (((unsigned char)text->bytes[at] < 0x20 && text->bytes[at] != '\n') || text->bytes[at] == 0x7F)
			fail_msg("byte %02x behind: %.*s", (unsigned char)text->bytes[at], at < 500 ? (int)at : 500,
				 text->bytes + (at < 500 ? 0 : at - 500));
	for (const char *line = buf_str(text); *line; line += strcspn(line, "\n") + (line[strcspn(line, "\n")] == '\n'))
		assert_false(text_has_control(line, strcspn(line, "\n")));
}

/* A prompt with what was typed there: "> help", "E-mail: ada@example.com". What is said ends as a sentence. */
static bool is_prompt(const char *line, size_t length)
{
	return !strncmp(line, "> ", 2) || (length && memmem(line, length, ": ", 2) && !strchr(".!?", line[length - 1]));
}

/* How long what was said to one line is. */
static void expect_pages(const char *text)
{
	int lines = 0;

	for (; *text; text += strcspn(text, "\n") + (text[strcspn(text, "\n")] == '\n')) {
		lines = is_prompt(text, strcspn(text, "\n")) ? 0 : lines + 1;
		if (lines > PAGE_LINES + MESSAGES)
			fail_msg("so many lines without being asked for: %s", buf_str(&said));
	}
}

const char *spoken_bytes(struct stage *stage, const struct stage_options *options, int status, const char *input,
			 size_t length)
{
	static const char script[] = "{ cat input | \"$@\" 2>errors; echo $? >status; } | cat >said";
	static struct buf ended;
	char path[128], wanted[16];
	struct stage_options used = {.width = 0};

	/* There is a home once it has been open. */
	if (!stage->home[0]) {
		world_open(stage, &(struct stage_options){.args = {"--version"}});
		(void)stage_wait_end(stage);
	}
	snprintf(path, sizeof path, "%s/input", stage->home);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(input, 1, length, file), length);
	fclose(file);
	if (options)
		used = *options;
	for (int i = 0; i < 4; i++)
		used.wrap[i] = (const char *[]){"/bin/sh", "-c", script, "sh"}[i];
	world_open(stage, &used);
	(void)stage_wait_end(stage);
	read_back(stage, "said", &said);
	read_back(stage, "errors", &errors);
	read_back(stage, "status", &ended);
	snprintf(wanted, sizeof wanted, "%d\n", status);
	if (status == SPOKEN_ENDED && !strcmp(buf_str(&ended), "1\n"))
		snprintf(wanted, sizeof wanted, "1\n");
	else if (status == SPOKEN_ENDED)
		snprintf(wanted, sizeof wanted, "0\n");
	if (strcmp(buf_str(&ended), wanted) != 0)
		fail_msg("it ended with %s, having said: %s\n%s", buf_str(&ended), buf_str(&said), buf_str(&errors));
	expect_text(&said);
	expect_pages(buf_str(&said));
	return buf_str(&said);
}

const char *spoken(struct stage *stage, const struct stage_options *options, int status, const char *input)
{
	return spoken_bytes(stage, options, status, input, strlen(input));
}

const char *spoken_errors(void)
{
	return buf_str(&errors);
}

void spoken_expect(const char *text)
{
	if (!strstr(buf_str(&said), text))
		fail_msg("\"%s\" was not said: %s", text, buf_str(&said));
}
