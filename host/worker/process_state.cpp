#include "worker/process_state.hpp"

#include <locale.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <climits>
#include <cstring>

namespace e2e::host {
namespace {

std::string current_folder() {
  char path[PATH_MAX];
  return ::getcwd(path, sizeof path) == nullptr ? std::string() : path;
}

bool is_environment(const std::vector<std::string>& wanted) {
  if (environ == nullptr) return wanted.empty();
  size_t i = 0;
  for (; environ[i] != nullptr; ++i)
    if (i == wanted.size() || wanted[i] != environ[i]) return false;
  return i == wanted.size();
}

/// Entries without '=', which only an odd parent gives, are lost.
void set_environment(const std::vector<std::string>& wanted) {
  ::clearenv();
  for (const std::string& entry : wanted) {
    const size_t equals = entry.find('=');
    if (equals != 0 && equals != std::string::npos)
      ::setenv(entry.substr(0, equals).c_str(), entry.c_str() + equals + 1, 1);
  }
}

bool is_same(const struct sigaction& a, const struct sigaction& b) {
  return a.sa_flags == b.sa_flags && a.sa_sigaction == b.sa_sigaction;
}

}  // namespace

ProcessState ProcessState::now() {
  ProcessState state;
  state.folder_ = current_folder();
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry)
    state.environment_.emplace_back(*entry);
  if (const char* locale = ::setlocale(LC_ALL, nullptr)) state.locale_ = locale;
  state.umask_ = ::umask(0);
  ::umask(state.umask_);
  ::pthread_sigmask(SIG_SETMASK, nullptr, &state.blocked_);
  for (int number = 1; number < static_cast<int>(state.actions_.size()); ++number)
    ::sigaction(number, nullptr, &state.actions_[static_cast<size_t>(number)]);
  return state;
}

void ProcessState::put_back() const {
  if (!folder_.empty() && current_folder() != folder_) (void)!::chdir(folder_.c_str());
  if (!is_environment(environment_)) set_environment(environment_);
  const char* const locale = ::setlocale(LC_ALL, nullptr);
  if (locale != nullptr && locale_ != locale) ::setlocale(LC_ALL, locale_.c_str());
  ::umask(umask_);
  for (int number = 1; number < static_cast<int>(actions_.size()); ++number) {
    const struct sigaction& wanted = actions_[static_cast<size_t>(number)];
    struct sigaction found {};
    // SIGKILL and SIGSTOP can't be changed, nor what nobody has asked about.
    if (::sigaction(number, nullptr, &found) == 0 && !is_same(found, wanted))
      ::sigaction(number, &wanted, nullptr);
  }
  ::pthread_sigmask(SIG_SETMASK, &blocked_, nullptr);
}

}  // namespace e2e::host
