#pragma once

#include <curl/curl.h>

namespace e2e::host {

/// Loads the certificates that this system trusts, for this process and those that it forks later: libcurl
/// reads them again in each process, which takes some 60 ms and 4 MB. No effect where that was done, or where
/// libcurl's TLS is none whose certificates can be shared (another one than OpenSSL 3): each process then
/// loads them itself. `file`: a PEM file in place of the system's, for tests. In a process with one thread.
void load_system_certificates(const char* file = nullptr) noexcept;

/// Makes the handle's connections trust what was loaded, in place of reading it. No effect if nothing was.
void use_loaded_certificates(CURL* easy);

}  // namespace e2e::host
