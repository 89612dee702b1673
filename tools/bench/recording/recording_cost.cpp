// What recording costs a test, measured: tools/bench/recording.sh runs it, against a server that it starts.
#include <curl/curl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.hpp"
#include "base/frame.hpp"
#include "page/curl_library.hpp"
#include "page/http_session.hpp"
#include "page/page.hpp"
#include "page/page_environment.hpp"
#include "page/response.hpp"
#include "worker/exchange_codec.hpp"
#include "worker/worker_state.hpp"

using namespace e2e::host;

namespace {

constexpr int requests_of_a_test = 100;

void require(bool is_so, const char* what) {
  if (is_so) return;
  std::fprintf(stderr, "recording_cost: %s\n", what);
  std::exit(2);
}

/// The host's end of a worker's channel: takes what comes, as the host does in a process of its own.
class Listening {
 public:
  explicit Listening(UniqueFd channel) : channel_(std::move(channel)), thread_([this] { listen(); }) {}
  ~Listening() {
    ::shutdown(channel_.get(), SHUT_RDWR);
    thread_.join();
  }
  Listening(const Listening&) = delete;
  Listening& operator=(const Listening&) = delete;
  [[nodiscard]] size_t exchanges() const { return exchanges_; }

 private:
  void listen() {
    FrameBuffer frames;
    char bytes[64 * 1024];
    for (ssize_t n = 0; (n = ::recv(channel_.get(), bytes, sizeof bytes, 0)) > 0;) {
      frames.append({bytes, static_cast<size_t>(n)});
      while (const auto frame = frames.next()) {
        if (static_cast<WorkerReport>(frame->type) != WorkerReport::exchange) continue;
        ByteReader in(frame->payload);
        uint64_t connection = 0;
        if (decode_exchange(in, connection).status == 200) ++exchanges_;
      }
    }
  }

  UniqueFd channel_;
  std::atomic<size_t> exchanges_ = 0;
  std::thread thread_;
};

size_t append(char* bytes, size_t, size_t size, void* body) {
  static_cast<std::string*>(body)->append(bytes, size);
  return size;
}

/// A test's requests over libcurl alone, with its handle kept.
void ask_bare(CURL* easy, const std::string& url) {
  for (int i = 0; i < requests_of_a_test; ++i) {
    std::string body;
    curl().easy_setopt(easy, CURLOPT_URL, url.c_str());
    curl().easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl().easy_setopt(easy, CURLOPT_WRITEFUNCTION, &append);
    curl().easy_setopt(easy, CURLOPT_WRITEDATA, &body);
    require(curl().easy_perform(easy) == CURLE_OK, "libcurl got no answer");
  }
}

/// The same over the session that pages use.
void ask_session(HttpSession& session, const PageEnvironment& environment, const std::string& url) {
  const HeaderField headers[] = {{"user-agent", "e2e-host/0.1.0"}, {"accept", "*/*"}};
  for (int i = 0; i < requests_of_a_test; ++i)
    require(session.perform({"GET", url, headers, {}, 10'000, 1u << 20}, environment).status == 200,
            "the session got no answer");
}

void ask_page(Page& page) {
  for (int i = 0; i < requests_of_a_test; ++i) {
    Response* const response = page.request({"GET", "/answer", {}, {}, {}, 0});
    require(response->status() == 200, "the page got no answer");
    Page::release(*response);
  }
}

/// A worker that keeps no record: what is left is what a page costs besides.
class Unrecorded final : public PageEnvironment {
 public:
  explicit Unrecorded(WorkerState& worker) : worker_(worker) {}
  [[nodiscard]] bool is_cancelled() const override { return worker_.is_cancelled(); }
  [[nodiscard]] std::optional<int64_t> remaining_ms() const override { return worker_.remaining_ms(); }
  int64_t wait_for_turn() override { return worker_.wait_for_turn(); }
  bool pause(int64_t duration_ms) override { return worker_.pause(duration_ms); }
  int64_t random_up_to(int64_t most) override { return worker_.random_up_to(most); }
  std::string next_traceparent() override { return worker_.next_traceparent(); }
  void credential(std::string_view value) override { worker_.credential(value); }
  void note(std::string_view text) override { worker_.note(text); }
  [[nodiscard]] bool keeps_exchanges() const override { return false; }
  void exchange_finished(const Exchange&, const WholeBodies&) override {
    require(false, "what keeps no record was told");
  }

 private:
  WorkerState& worker_;
};

/// By the clock, and of this thread's CPU time.
struct Cost {
  int64_t wall_ns = 0, cpu_ns = 0;
};

int64_t thread_cpu_ns() {
  timespec used{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return used.tv_sec * 1'000'000'000LL + used.tv_nsec;
}

Cost cost_of(const std::function<void()>& work) {
  const int64_t start_ns = monotonic_ns(), start_cpu_ns = thread_cpu_ns();
  work();
  return {monotonic_ns() - start_ns, thread_cpu_ns() - start_cpu_ns};
}

}  // namespace

// recording_cost BASE_URL [ROUNDS]: for each round the nanoseconds of a test by the clock, then those of CPU
// time, over bare libcurl, the session, the page without record, the page with it.
int main(int argc, char** argv) {
  require(argc >= 2, "which server?");
  const std::string base(argv[1]), url = base + "/answer";
  SlotMemory memory("bench-recording");
  memory.block(0).reset();
  FdPair ends = make_socket_pair();
  const Listening host(std::move(ends.first));
  RunIdentity run;
  run.run_id = "bench";
  WorkerState worker(run, memory.block(0), memory.limiters(), 0, 0, std::move(ends.second));
  worker.attempt_start_ns = monotonic_ns();
  worker.test_id = "bench-t0-1";
  worker.block.enter(E2E_PHASE_BODY);
  PageSettings settings;
  settings.service = "bench";
  settings.base_url = base;
  settings.timeout_ms = 10'000;
  Page page(settings, worker.http, worker);
  HttpSession session, unrecorded_session;
  Unrecorded without(worker);
  Page unrecorded_page(settings, unrecorded_session, without);
  CURL* const easy = curl().easy_init();

  const int rounds = argc > 2 ? std::atoi(argv[2]) : 51;
  for (int round = 0; round <= rounds; ++round) {
    const std::array<Cost, 4> costs = {
        cost_of([&] { ask_bare(easy, url); }), cost_of([&] { ask_session(session, worker, url); }),
        cost_of([&] { ask_page(unrecorded_page); }), cost_of([&] {
          ask_page(page);
          worker.send(WorkerReport::note, ByteWriter().put("it is over"), true);
        })};
    // The first one makes the connections.
    if (round == 0) continue;
    std::printf("round");
    for (const Cost& cost : costs) std::printf(" %lld", static_cast<long long>(cost.wall_ns));
    for (const Cost& cost : costs) std::printf(" %lld", static_cast<long long>(cost.cpu_ns));
    std::printf("\n");
  }
  curl().easy_cleanup(easy);
  while (host.exchanges() < size_t(rounds + 1) * requests_of_a_test) std::this_thread::yield();
}
