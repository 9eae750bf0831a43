/* fuzz_token_key.h: the key of the tokens in corpus/token; made by seeds_token.py. */
static const char public_pem[] = "-----BEGIN PUBLIC KEY-----\n"
				 "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA7q8x6yK60sNIwkBwAB7F\n"
				 "UxJ2ozS3ZZsTklgNr3lcA9jOykpo8ShluU+aewSWftTu/RtTyQhxbScH4HEMfGvb\n"
				 "OrjnbgAgKiWPD03IveDNAUOHygowgJaCqVcJe9GGmeSKGu18ByAtJSxB5a/n7q5g\n"
				 "djtjUjN+MunmgJisZN4/yDYPgnmkQqYaAnf77pPrTHblMVSTRtPeXA4QtnrysQtf\n"
				 "3fGR9M8MH++SjHQJA4rTPLOBPe65nteoajUIJdtKL30ATN+zsKCtvJvqrKvckeS5\n"
				 "tRVZV1rZi5+MbD+PhcJRESpcyM7xEPiBK3zUtlZ/0jYAhjkdx61RmBNgJgs4VZ61\n"
				 "AQIDAQAB\n"
				 "-----END PUBLIC KEY-----\n";
