#include "api/auth.hpp"

#include <crypt.h>
#include <fmt/format.h>
#include <sys/random.h>

#include <array>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "api/resource_id.hpp"
#include "http/json_body.hpp"
#include "http/json_response.hpp"

namespace demo {
namespace {

using nlohmann::json;

constexpr std::int64_t default_ttl_ms = 15 * 60 * 1000;
constexpr std::int64_t max_ttl_ms = 24 * 60 * 60 * 1000;

struct Account {
  std::int64_t id = 0;
  std::string email;
  std::optional<std::string> name;
};

// A token and the account it is for.
struct Credential {
  std::string token;
  Account account;
};

json to_json(const Account& account) {
  return {{"id", format_id("acc", account.id)},
          {"email", account.email},
          {"name", account.name ? json(*account.name) : json(nullptr)}};
}

std::string random_hex(std::size_t bytes) {
  std::array<unsigned char, 32> random{};
  if (bytes > random.size() || ::getrandom(random.data(), bytes, 0) != static_cast<ssize_t>(bytes)) {
    throw std::runtime_error("the system has no random numbers");
  }
  return fmt::format("{:02x}", fmt::join(random.begin(), random.begin() + bytes, ""));
}

// SHA-256 crypt at its fewest rounds: a demo backend has no secrets to keep, and tests log in often.
std::string hash_password(const std::string& password, const std::string& setting) {
  const auto scratch = std::make_unique<crypt_data>();
  const char* const hash = ::crypt_r(password.c_str(), setting.c_str(), scratch.get());
  if (hash == nullptr || *hash == '*') throw std::runtime_error("the password could not be hashed");
  return hash;
}

HttpError unauthorized(std::string_view code, std::string_view message) {
  return HttpError(error_response(401, code, message)
                       .with_header("WWW-Authenticate", fmt::format("Bearer error=\"{}\"", code)));
}

std::string bearer_token(const Request& request) {
  const std::string header = request.header("Authorization").value_or("");
  if (!header.starts_with("Bearer ")) throw unauthorized("missing_token", "send Authorization: Bearer TOKEN");
  return header.substr(7);
}

Credential authenticate(Session& session, const Request& request, const Clock& clock) {
  const std::string token = bearer_token(request);
  auto query = session.query(
      "SELECT a.id, a.email, a.name, t.expires_unix_ms FROM tokens t JOIN accounts a ON a.id = t.account_id "
      "WHERE t.token = ?1",
      token);
  if (!query.next()) throw unauthorized("invalid_token", "this token is unknown, or was logged out");
  if (query.integer(3) <= clock()) throw unauthorized("token_expired", "this token has expired");
  Account account{query.integer(0), query.text(1), std::nullopt};
  if (!query.is_null(2)) account.name = query.text(2);
  return {token, std::move(account)};
}

Response issue_token(Session& session, std::int64_t account_id, std::int64_t ttl_ms, const Clock& clock) {
  const std::int64_t now = clock();
  const std::string token = random_hex(32);
  session.execute("INSERT INTO tokens (token, account_id, expires_unix_ms) VALUES (?1, ?2, ?3)", token,
                  account_id, now + ttl_ms);
  return json_response(200, {{"token", token},
                             {"token_type", "Bearer"},
                             {"expires_in_ms", ttl_ms},
                             {"expires_at", iso8601(now + ttl_ms)}});
}

class AuthService {
 public:
  explicit AuthService(const ServiceContext& context) : database_(context.database), clock_(context.clock) {}

  [[nodiscard]] Response register_account(const Request& request) const {
    JsonBody body(request.body, {"email", "password", "name"});
    const std::string email = body.email("email");
    const std::string password = body.text("password", 8, 128);
    const auto name = body.optional_text("name", 1, 100);
    body.check();
    const std::string hash = hash_password(password, fmt::format("$5$rounds=1000${}$", random_hex(8)));
    try {
      return database_.write([&](Session& session) {
        session.execute(
            "INSERT INTO accounts (email, name, password_hash, created_unix_ms) VALUES (?1, ?2, ?3, ?4)",
            email, name, hash, clock_());
        return json_response(201, to_json({session.last_insert_id(), email, name}));
      });
    } catch (const UniqueViolation&) {
      return error_response(409, "email_taken", "an account with this e-mail address exists");
    }
  }

  [[nodiscard]] Response login(const Request& request) const {
    JsonBody body(request.body, {"email", "password", "ttl_ms"});
    const std::string email = body.email("email");
    const std::string password = body.text("password", 1, 128);
    const std::int64_t ttl_ms = body.optional_integer("ttl_ms", 0, max_ttl_ms).value_or(default_ttl_ms);
    body.check();
    std::int64_t account_id = 0;
    const std::string hash = database_.read([&](Session& session) -> std::string {
      auto query = session.query("SELECT id, password_hash FROM accounts WHERE email = ?1", email);
      if (!query.next()) return {};
      account_id = query.integer(0);
      return query.text(1);
    });
    if (hash.empty() || hash_password(password, hash) != hash) {
      throw unauthorized("invalid_credentials", "the e-mail address or the password is wrong");
    }
    return database_.write(
        [&](Session& session) { return issue_token(session, account_id, ttl_ms, clock_); });
  }

  [[nodiscard]] Response refresh(const Request& request) const {
    std::int64_t ttl_ms = default_ttl_ms;
    if (!request.body.empty()) {
      JsonBody body(request.body, {"ttl_ms"});
      ttl_ms = body.optional_integer("ttl_ms", 0, max_ttl_ms).value_or(default_ttl_ms);
      body.check();
    }
    return database_.write([&](Session& session) {
      const Credential credential = authenticate(session, request, clock_);
      session.execute("DELETE FROM tokens WHERE token = ?1", credential.token);
      return issue_token(session, credential.account.id, ttl_ms, clock_);
    });
  }

  [[nodiscard]] Response logout(const Request& request) const {
    return database_.write([&](Session& session) {
      const Credential credential = authenticate(session, request, clock_);
      session.execute("DELETE FROM tokens WHERE token = ?1", credential.token);
      return no_content();
    });
  }

  [[nodiscard]] Response close_account(const Request& request) const {
    return database_.write([&](Session& session) {
      const Credential credential = authenticate(session, request, clock_);
      session.execute("DELETE FROM accounts WHERE id = ?1", credential.account.id);
      return no_content();
    });
  }

  [[nodiscard]] Response me(const Request& request) const {
    return database_.read([&](Session& session) {
      return json_response(200, to_json(authenticate(session, request, clock_).account));
    });
  }

 private:
  Database& database_;
  Clock clock_;
};

}  // namespace

void add_auth_routes(Router& router, const ServiceContext& context) {
  const AuthService service(context);
  add_health_route(router, context);
  router.add("POST", "/register", [=](const Request& request) { return service.register_account(request); });
  router.add("POST", "/login", [=](const Request& request) { return service.login(request); });
  router.add("POST", "/refresh", [=](const Request& request) { return service.refresh(request); });
  router.add("POST", "/logout", [=](const Request& request) { return service.logout(request); });
  router.add("GET", "/me", [=](const Request& request) { return service.me(request); });
  router.add("DELETE", "/me", [=](const Request& request) { return service.close_account(request); });
}

}  // namespace demo
