#include "platform/identity/local/outbox.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/id.h"
#include "base/text.h"

/* RFC 5322, 2.1.1: a line has 998 octets at most. An address can't be folded, so it must leave room for its header. */
enum { HEADER_MAX = 900, MAIL_MAX = 64 * 1024, NAME_SIZE = ID_SIZE + 8 };

struct outbox {
	int directory;
	char *from;
};

/* ---- opening ---- */

struct outbox *outbox_free(struct outbox *outbox)
{
	if (!outbox)
		return NULL;
	if (outbox->directory >= 0)
		close(outbox->directory);
	free(outbox->from);
	free(outbox);
	return NULL;
}

static bool open_directory(const char *path, int *ret_directory, struct err *err)
{
	int directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (directory < 0)
		return err_set(err, ERR_FILE, "The outbox %s can't be used: %m", path);
	if (faccessat(directory, ".", W_OK | X_OK, AT_EACCESS) != 0) {
		err_set(err, ERR_FILE, "The outbox %s can't be written to: %m", path);
		close(directory);
		return false;
	}
	*ret_directory = directory;
	return true;
}

/* May this stand in a header, as it is? */
static bool fits_header(const char *text)
{
	size_t length = strlen(text);

	return length && length <= HEADER_MAX && text_valid(text, length) && !text_has_control(text, length);
}

/* An address in angle brackets can't hold what ends it, nor a blank, nor begin another one. */
bool outbox_fits(const char *address)
{
	const char *at = strchr(address, '@');

	return fits_header(address) && at && at != address && at[1] && !strpbrk(address, " \"(),:;<>[\\]");
}

struct outbox *outbox_new(const char *path, const char *from, struct err *err)
{
	if (!outbox_fits(from)) {
		err_set(err, ERR_FILE, "The outbox %s has no usable address to send from", path);
		return NULL;
	}

	struct outbox *outbox = malloc(sizeof *outbox);
	if (!outbox) {
		err_memory(err, "opening the outbox");
		return NULL;
	}
	*outbox = (struct outbox){.directory = -1, .from = strdup(from)};
	if (!outbox->from) {
		err_memory(err, "opening the outbox");
		return outbox_free(outbox);
	}
	if (!open_directory(path, &outbox->directory, err))
		return outbox_free(outbox);
	return outbox;
}

/* ---- writing ---- */

/* RFC 5322, 3.3, whatever the locale. */
static void add_date(struct buf *out, int64_t date)
{
	static const char days[][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
	static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
					 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	time_t seconds = (time_t)(date / 1000);
	struct tm tm = {0};

	gmtime_r(&seconds, &tm);
	buf_printf(out, "Date: %s, %d %s %d %02d:%02d:%02d +0000\r\n", days[tm.tm_wday], tm.tm_mday, months[tm.tm_mon],
		   tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

static void add_body(struct buf *out, const char *body)
{
	for (; *body; body++) {
		if (*body == '\n')
			buf_add_char(out, '\r');
		buf_add_char(out, *body);
	}
}

static void compose(struct buf *out, const struct outbox *outbox, const struct mail *mail)
{
	buf_printf(out, "From: Vitrine <%s>\r\nTo: <%s>\r\nSubject: %s\r\n", outbox->from, mail->to, mail->subject);
	add_date(out, mail->date);
	buf_printf(out, "Message-ID: <%s@%s>\r\n", mail->id, strchr(outbox->from, '@') + 1);
	buf_add_str(out, "MIME-Version: 1.0\r\n"
			 "Content-Type: text/plain; charset=utf-8\r\n"
			 "Content-Transfer-Encoding: 8bit\r\n"
			 "Auto-Submitted: auto-generated\r\n"
			 "\r\n");
	add_body(out, mail->body);
}

static bool fault(struct err *err)
{
	bool full = errno == ENOSPC || errno == EDQUOT;

	return err_set(err, full ? ERR_STORAGE_FULL : ERR_UNAVAILABLE, "Mail can't be sent now: %m");
}

static bool deliver(const struct outbox *outbox, const struct mail *mail, const struct buf *text, struct err *err)
{
	char draft[NAME_SIZE], name[NAME_SIZE];

	snprintf(draft, sizeof draft, ".%s.tmp", mail->id);
	snprintf(name, sizeof name, "%s.eml", mail->id);
	/* First under a name that nothing looks for. */
	if (!file_write_new(outbox->directory, draft, text->bytes, text->length))
		return fault(err);
	bool ok = mail->withheld ? unlinkat(outbox->directory, draft, 0) == 0
				 : renameat(outbox->directory, draft, outbox->directory, name) == 0;
	if (ok && fsync(outbox->directory) == 0)
		return true;
	fault(err);
	if (!ok)
		unlinkat(outbox->directory, draft, 0);
	return false;
}

bool outbox_post(struct outbox *outbox, const struct mail *mail, struct err *err)
{
	struct buf text;

	if (!id_valid(mail->id))
		return err_set(err, ERR_INTERNAL, "A mail needs an id");
	if (!outbox_fits(mail->to) || !fits_header(mail->subject))
		return err_code(err, ERR_INVALID, "invalid_email", "No mail can be sent to that address");
	buf_init(&text, MAIL_MAX);
	compose(&text, outbox, mail);
	bool ok = text.failed ? err_memory(err, "writing a mail") : deliver(outbox, mail, &text, err);
	buf_wipe(&text);
	return ok;
}
