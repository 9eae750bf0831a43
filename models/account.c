#include "models/account.h"

#include "models/limits.h"

const char *const group_names[] = {"Clients", "Sellers", NULL};

const char *const delivery_rule_names[] = {"none", "optional", "required", NULL};

#define ID(structure) SHAPE_FIELD(FIELD_ID, structure, id, .required = true)
#define EMAIL(structure)                                                                                            \
	SHAPE_FIELD(FIELD_EMAIL, structure, email, .required = true, .normal = true, .min = 3, .max = LIMIT_EMAIL)
/* An address to be looked up, as it was typed: identity knows how addresses are compared, also those from before. */
#define CLAIMED_EMAIL(structure) \
	SHAPE_FIELD(FIELD_EMAIL, structure, email, .required = true, .min = 3, .max = LIMIT_EMAIL)
#define FULL_NAME(structure, need)                                                                                     \
	SHAPE_FIELD(FIELD_TEXT, structure, full_name, .required = (need), .normal = true, .min = 1,                    \
		    .max = LIMIT_FULL_NAME)
#define MOBILE(structure, need) SHAPE_FIELD(FIELD_MOBILE, structure, mobile, .required = (need), .min = 8, .max = 16)
#define PASSWORD(structure, member)                                                                                 \
	SHAPE_FIELD(FIELD_PASSWORD, structure, member, .required = true, .min = LIMIT_PASSWORD_MIN,                 \
		    .max = LIMIT_PASSWORD, .secret = true)
/* A password that somebody claims to have: any text, since the rules for new ones may have changed since. */
#define CLAIMED_PASSWORD(structure, member) \
	SHAPE_FIELD(FIELD_TEXT, structure, member, .required = true, .min = 1, .max = LIMIT_PASSWORD, .secret = true)
#define CODE(structure) \
	SHAPE_FIELD(FIELD_TEXT, structure, code, .required = true, .min = 1, .max = LIMIT_CODE, .secret = true)
#define TOKEN(structure, member, need) \
	SHAPE_FIELD(FIELD_TEXT, structure, member, .required = (need), .min = 1, .max = LIMIT_TOKEN, .secret = true)

SHAPE_DEFINE(account_client_shape, "Client", struct account, ID(struct account), EMAIL(struct account),
	     FULL_NAME(struct account, true), MOBILE(struct account, false),
	     SHAPE_NAMES(struct account, address, .optional = true, .normal = true, .min = 1,
			 .max = LIMIT_ADDRESS_LINES, .each = LIMIT_ADDRESS_LINE));
SHAPE_DEFINE(account_seller_shape, "Seller", struct account, ID(struct account),
	     /* Absent in what others than the seller see. */
	     SHAPE_FIELD(FIELD_EMAIL, struct account, email, .min = 3, .max = LIMIT_EMAIL),
	     FULL_NAME(struct account, true));
SHAPE_DEFINE(account_public_shape, "SellerPublic", struct account, ID(struct account), FULL_NAME(struct account, true));

SHAPE_DEFINE(seller_page_shape, "SellerPage", struct seller_page,
	     SHAPE_ITEMS(struct seller_page, sellers, account_public_shape, .required = true),
	     SHAPE_FIELD(FIELD_TEXT, struct seller_page, next_cursor, .nullable = true));

SHAPE_DEFINE(client_sign_up_shape, "ClientSignUp", struct sign_up_request, EMAIL(struct sign_up_request),
	     PASSWORD(struct sign_up_request, password), FULL_NAME(struct sign_up_request, true),
	     MOBILE(struct sign_up_request, true));
SHAPE_DEFINE(seller_sign_up_shape, "SellerSignUp", struct sign_up_request, EMAIL(struct sign_up_request),
	     PASSWORD(struct sign_up_request, password), FULL_NAME(struct sign_up_request, true));

SHAPE_DEFINE_GIVEN(client_patch_shape, "ClientPatch", struct account_patch, FULL_NAME(struct account_patch, false),
		   MOBILE(struct account_patch, false),
		   SHAPE_NAMES(struct account_patch, address, .normal = true, .max = LIMIT_ADDRESS_LINES,
			       .each = LIMIT_ADDRESS_LINE));
SHAPE_DEFINE_GIVEN(seller_patch_shape, "SellerPatch", struct account_patch, FULL_NAME(struct account_patch, false));

SHAPE_DEFINE(login_request_shape, "LoginRequest", struct login_request, CLAIMED_EMAIL(struct login_request),
	     CLAIMED_PASSWORD(struct login_request, password));
SHAPE_DEFINE(refresh_request_shape, "RefreshRequest", struct refresh_request,
	     TOKEN(struct refresh_request, refresh_token, true));
SHAPE_DEFINE(confirm_request_shape, "ConfirmRequest", struct code_request, CLAIMED_EMAIL(struct code_request),
	     CODE(struct code_request));
SHAPE_DEFINE(forgot_request_shape, "ForgotRequest", struct code_request, CLAIMED_EMAIL(struct code_request));
SHAPE_DEFINE(reset_request_shape, "ResetRequest", struct code_request, CLAIMED_EMAIL(struct code_request),
	     CODE(struct code_request), PASSWORD(struct code_request, password));
SHAPE_DEFINE(password_request_shape, "PasswordRequest", struct password_request,
	     CLAIMED_PASSWORD(struct password_request, password), PASSWORD(struct password_request, new_password));

SHAPE_DEFINE(token_answer_shape, "Tokens", struct token_answer, SHAPE_FIELD(FIELD_TEXT, struct token_answer, message),
	     TOKEN(struct token_answer, access_token, true), TOKEN(struct token_answer, refresh_token, false),
	     TOKEN(struct token_answer, id_token, false), SHAPE_FIELD(FIELD_INT, struct token_answer, expires_in),
	     SHAPE_FIELD(FIELD_TEXT, struct token_answer, group_name, .required = true),
	     SHAPE_FIELD(FIELD_ID, struct token_answer, user_id, .required = true));
SHAPE_DEFINE(message_answer_shape, "Message", struct message_answer,
	     SHAPE_FIELD(FIELD_TEXT, struct message_answer, message, .required = true));

SHAPE_DEFINE(service_shape, "Service", struct service, SHAPE_FIELD(FIELD_TEXT, struct service, name, .required = true),
	     SHAPE_FIELD(FIELD_TEXT, struct service, version, .required = true),
	     SHAPE_FIELD(FIELD_TEXT, struct service, profile, .required = true),
	     SHAPE_FIELD(FIELD_TEXT, struct service, currency, .required = true),
	     SHAPE_NAMES(struct service, features, .required = true),
	     SHAPE_FIELD(FIELD_CHOICE, struct service, delivery, .choices = delivery_rule_names),
	     SHAPE_FIELD(FIELD_TEXT, struct service, payment));
SHAPE_DEFINE(health_shape, "Health", struct health, SHAPE_FIELD(FIELD_TEXT, struct health, status, .required = true));

SHAPE_DEFINE(page_query_shape, "PageQuery", struct page_query,
	     SHAPE_FIELD(FIELD_INT, struct page_query, limit, .min = 1, .max = LIMIT_PAGE),
	     SHAPE_FIELD(FIELD_TEXT, struct page_query, cursor, .min = 1, .max = LIMIT_CURSOR));
