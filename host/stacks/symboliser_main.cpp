#include "stacks/symboliser_main.hpp"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <exception>
#include <optional>

#include "base/frame.hpp"
#include "stacks/stack_reader.hpp"
#include "stacks/stack_wire.hpp"
#include "stacks/traced_process.hpp"

namespace e2e::host {
namespace {

constexpr unsigned max_seconds = 10;

class SymboliserProcess {
 public:
  SymboliserProcess(UniqueFd host, pid_t launcher) : host_(std::move(host)), launcher_(launcher) {}

  void run() {
    FrameBuffer requests;
    char bytes[64 * 1024];
    while (true) {
      const ssize_t n = ::recv(host_.get(), bytes, sizeof bytes, 0);
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) return;
      requests.append({bytes, static_cast<size_t>(n)});
      while (const auto frame = requests.next()) answer(*frame);
    }
  }

 private:
  void answer(const Frame& frame) {
    // Its default action ends the process.
    ::alarm(max_seconds);
    ByteReader in(frame.payload);
    StackReply reply;
    reply.id = in.get<uint64_t>();
    try {
      const Snapshot snapshot = static_cast<StackRequest>(frame.type) == StackRequest::snapshot
                                    ? decode_snapshot(in)
                                    : snapshot_of_process(in.get<int32_t>(), launcher_);
      reply.stacks = reader().read(snapshot);
    } catch (const std::exception& error) {
      reply.problem = error.what();
    }
    ::alarm(0);
    ByteWriter out;
    encode(out, reply);
    std::string bytes;
    append_frame(bytes, static_cast<uint16_t>(StackReport::stacks), out.bytes());
    send_all(host_.get(), bytes.data(), bytes.size());
  }

  StackReader& reader() {
    if (!reader_) reader_.emplace();
    return *reader_;
  }

  UniqueFd host_;
  const pid_t launcher_;
  std::optional<StackReader> reader_;
};

}  // namespace

void symboliser_main(UniqueFd host, int launcher) {
  ::prctl(PR_SET_NAME, "e2e-symboliser");
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != launcher) ::_exit(1);
  ::setpgid(0, 0);
  // Ends of other processes' channels, whose closing somebody waits for.
  constexpr int kept = STDERR_FILENO + 1;
  if (host.get() != kept) {
    ::dup2(host.get(), kept);
    host.reset(kept);
  }
  ::close_range(kept + 1, ~0u, 0);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  // A sanitizer's own maps are larger.
  constexpr rlim_t max_memory = rlim_t{4} << 30;
  const rlimit memory{max_memory, max_memory};
  ::setrlimit(RLIMIT_AS, &memory);
#endif
  const rlimit core{0, 0};
  ::setrlimit(RLIMIT_CORE, &core);
  try {
    SymboliserProcess(std::move(host), launcher).run();
  } catch (const std::exception&) {
    ::_exit(1);
  }
  ::_exit(0);
}

}  // namespace e2e::host
