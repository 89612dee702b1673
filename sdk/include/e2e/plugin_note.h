/* The ELF note of a plugin. e2e_add_plugin emits it; a plugin that is built without CMake writes in one of
 * its files, with string literals:
 *
 *     #include <e2e/plugin_note.h>
 *     E2E_PLUGIN_NOTE("users", "1.0.0", "users")
 *
 * C11 or C++17, GCC or Clang. Top-level assembly, so that it survives LTO and stripping. */
#ifndef E2E_PLUGIN_NOTE_H
#define E2E_PLUGIN_NOTE_H

#ifdef __cplusplus
#include <cstddef> /* defines the macro that tells the standard library */
#endif

#include "abi.h"
#include "version.h"

#define E2E_NOTE_TEXT_(x) #x
#define E2E_NOTE_TEXT(x) E2E_NOTE_TEXT_(x)

#if defined(__clang__)
#define E2E_NOTE_CXX "clang " E2E_NOTE_TEXT(__clang_major__) "." E2E_NOTE_TEXT(__clang_minor__)
#else
#define E2E_NOTE_CXX "gcc " E2E_NOTE_TEXT(__GNUC__) "." E2E_NOTE_TEXT(__GNUC_MINOR__)
#endif

#if defined(_GLIBCXX_RELEASE)
#define E2E_NOTE_STDLIB "libstdc++ " E2E_NOTE_TEXT(_GLIBCXX_RELEASE)
#elif defined(_LIBCPP_VERSION)
#define E2E_NOTE_STDLIB "libc++ " E2E_NOTE_TEXT(_LIBCPP_VERSION)
#else
#define E2E_NOTE_STDLIB "none"
#endif

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define E2E_NOTE_SANITIZER "address"
#elif __has_feature(thread_sanitizer)
#define E2E_NOTE_SANITIZER "thread"
#elif __has_feature(memory_sanitizer)
#define E2E_NOTE_SANITIZER "memory"
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define E2E_NOTE_SANITIZER "address"
#elif defined(__SANITIZE_THREAD__)
#define E2E_NOTE_SANITIZER "thread"
#endif
#ifndef E2E_NOTE_SANITIZER
#define E2E_NOTE_SANITIZER "none"
#endif

#define E2E_NOTE_ABI E2E_NOTE_TEXT(E2E_ABI_MAJOR) ".0" /* the lowest minor that it needs */

/* clang-format off */
#define E2E_NOTE_LINE(key, value) ".ascii \"" key "=" value "\\n\"\n"
#define E2E_PLUGIN_NOTE(id, version, service)                                                      \
  __asm__(".pushsection " E2E_NOTE_SECTION ",\"a\",%note\n"                                        \
          ".balign 4\n"                                                                            \
          ".4byte 2f-1f\n"                                                                         \
          ".4byte 4f-3f\n"                                                                         \
          ".4byte " E2E_NOTE_TEXT(E2E_NOTE_TYPE) "\n"                                              \
          "1: .asciz \"" E2E_NOTE_NAME "\"\n"                                                      \
          "2: .balign 4\n"                                                                         \
          "3:\n"                                                                                   \
          E2E_NOTE_LINE("abi", E2E_NOTE_ABI)                                                       \
          E2E_NOTE_LINE("id", id)                                                                  \
          E2E_NOTE_LINE("version", version)                                                        \
          E2E_NOTE_LINE("service", service)                                                        \
          E2E_NOTE_LINE("sdk", E2E_SDK_VERSION)                                                    \
          E2E_NOTE_LINE("cxx", E2E_NOTE_CXX)                                                       \
          E2E_NOTE_LINE("stdlib", E2E_NOTE_STDLIB)                                                 \
          E2E_NOTE_LINE("sanitizer", E2E_NOTE_SANITIZER)                                           \
          "4: .balign 4\n"                                                                         \
          ".popsection\n");
/* clang-format on */

#endif
