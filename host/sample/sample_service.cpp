#include "sample/sample_service.hpp"

#include <fmt/format.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <csignal>
#include <cstdio>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "base/fatal.hpp"

namespace e2e::host {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using Request = http::request<http::string_body>;
using Response = http::response<http::string_body>;
using nlohmann::json;

constexpr size_t kMostNotes = 10'000;
constexpr uint64_t kLongestBody = 64 * 1024;
constexpr std::chrono::seconds kIdleTime{60};

class Notes {
 public:
  Response answer(const Request& request) {
    const std::string_view target(request.target().data(), request.target().size());
    const std::string_view path = target.substr(0, target.find('?'));
    constexpr std::string_view note = "/notes/";
    if (path == "/health")
      return only(http::verb::get, request, [] { return say(http::status::ok, {{"status", "ok"}}); });
    if (path == "/notes") return only(http::verb::post, request, [&] { return create(request.body()); });
    if (!path.starts_with(note)) return failed(http::status::not_found, "there is no such resource");
    const auto found = notes_.find(std::string(path.substr(note.size())));
    if (found == notes_.end()) return failed(http::status::not_found, "there is no such note");
    if (request.method() == http::verb::get) return say(http::status::ok, shown(*found));
    if (request.method() != http::verb::delete_) return not_allowed();
    notes_.erase(found);
    return Response(http::status::no_content, 11);
  }

 private:
  using Note = std::pair<const std::string, std::string>;

  static Response say(http::status status, const json& body) {
    Response response(status, 11);
    response.set(http::field::content_type, "application/json");
    response.body() = body.dump(-1, ' ', false, json::error_handler_t::replace);
    return response;
  }
  static Response failed(http::status status, const char* why) { return say(status, {{"error", why}}); }
  static Response not_allowed() {
    return failed(http::status::method_not_allowed, "this resource has no such method");
  }
  static json shown(const Note& note) { return {{"id", note.first}, {"text", note.second}}; }

  template <class Answer>
  static Response only(http::verb verb, const Request& request, const Answer& answer) {
    return request.method() == verb ? answer() : not_allowed();
  }

  Response create(const std::string& body) {
    const json note = json::parse(body, nullptr, false);
    if (!note.is_object()) return failed(http::status::bad_request, "the body must be a JSON object");
    const auto text = note.find("text");
    if (text == note.end() || !text->is_string())
      return failed(http::status::unprocessable_entity, "text is missing");
    if (text->get_ref<const std::string&>().empty())
      return failed(http::status::unprocessable_entity, "text must not be empty");
    if (notes_.size() >= kMostNotes)
      return failed(http::status::insufficient_storage, "there are too many notes");
    return say(http::status::created,
               shown(*notes_.emplace(std::to_string(++last_id_), text->get<std::string>()).first));
  }

  std::map<std::string, std::string> notes_;
  uint64_t last_id_ = 0;
};

/// One connection; lives as long as something of it is under way.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(tcp::socket socket, Notes& notes) : stream_(std::move(socket)), notes_(notes) {}

  void read() {
    parser_.emplace();
    parser_->body_limit(kLongestBody);
    stream_.expires_after(kIdleTime);
    http::async_read(
        stream_, buffer_, *parser_, [self = shared_from_this()](beast::error_code error, size_t) {
          if (!error)
            self->write(self->notes_.answer(self->parser_->get()), self->parser_->get().keep_alive());
        });
  }

 private:
  void write(Response response, bool keep_alive) {
    response_ = std::move(response);
    response_.keep_alive(keep_alive);
    response_.prepare_payload();
    http::async_write(stream_, response_,
                      [self = shared_from_this(), keep_alive](beast::error_code error, size_t) {
                        if (!error && keep_alive) self->read();
                      });
  }

  beast::tcp_stream stream_;
  Notes& notes_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  Response response_;
};

void accept(tcp::acceptor& acceptor, Notes& notes) {
  acceptor.async_accept([&](beast::error_code error, tcp::socket socket) {
    if (error == asio::error::operation_aborted) return;
    if (!error) {
      socket.set_option(tcp::no_delay(true), error);
      std::make_shared<Connection>(std::move(socket), notes)->read();
    }
    accept(acceptor, notes);
  });
}

}  // namespace

void serve_sample(uint16_t port) {
  asio::io_context loop(1);
  Notes notes;
  tcp::acceptor acceptor(loop);
  try {
    const tcp::endpoint endpoint(asio::ip::address_v4::loopback(), port);
    acceptor.open(endpoint.protocol());
    acceptor.set_option(tcp::acceptor::reuse_address(true));
    acceptor.bind(endpoint);
    acceptor.listen();
  } catch (const boost::system::system_error& error) {
    throw Fatal(ExitCode::infrastructure,
                fmt::format("error: can't listen on 127.0.0.1:{}: {}", port, error.code().message()));
  }
  asio::signal_set signals(loop, SIGTERM, SIGINT);
  signals.async_wait([&](beast::error_code, int) { loop.stop(); });
  accept(acceptor, notes);
  fmt::print("sample service: http://127.0.0.1:{}\n", acceptor.local_endpoint().port());
  std::fflush(stdout);
  loop.run();
}

}  // namespace e2e::host
