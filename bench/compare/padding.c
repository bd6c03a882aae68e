/* Some pages and a few bytes in front of a library's functions: each then lies elsewhere, within its page and its cache
 * lines as well. */
#define TEXT_OF(number) #number
#define TEXT(number) TEXT_OF(number)
__asm__(".text\n\t.skip " TEXT(PADDING) "\n");
