// SIMPLE_SANITIZED: whether this file is compiled with AddressSanitizer, ThreadSanitizer or MemorySanitizer, which have
// a malloc of their own. GCC and Clang say so in different words.
#pragma once

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SIMPLE_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define SIMPLE_SANITIZED 1
#endif
#endif
#ifndef SIMPLE_SANITIZED
#define SIMPLE_SANITIZED 0
#endif
