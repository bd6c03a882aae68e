/* Three pages and 24 bytes in front of a library's functions: each then lies elsewhere, within its page and its cache
 * lines as well. */
__asm__(".text\n\t.skip 12312\n");
