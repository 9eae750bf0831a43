#include "net/link.h"

#include <string.h>

void link_init(struct link *link)
{
	*link = (struct link){.online = true};
}

bool link_up(struct link *link)
{
	if (link->online)
		return false;
	link->online = true;
	link->turned = !link->turned;
	return true;
}

void link_down(struct link *link, const struct err *why)
{
	if (link->online)
		link->turned = !link->turned;
	if (link->online || strcmp(link->why.message, why->message) != 0)
		link->explained = true;
	link->online = false;
	link->why = *why;
}

bool link_has_news(const struct link *link)
{
	return link->turned || link->explained;
}

bool link_take_news(struct link *link)
{
	bool news = link_has_news(link);

	link->turned = link->explained = false;
	return news;
}
