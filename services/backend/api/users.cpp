#include "api/users.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "api/paging.hpp"
#include "api/resource_id.hpp"
#include "http/json_body.hpp"
#include "http/json_response.hpp"

namespace demo {
namespace {

using nlohmann::json;

constexpr std::string_view user_id_prefix = "usr";

struct User {
  std::int64_t id = 0;
  std::string email;
  std::optional<std::string> name;
  std::optional<std::int64_t> age;
  std::string role = "user";
  std::int64_t created_unix_ms = 0;
  std::int64_t updated_unix_ms = 0;
};

#define USER_COLUMNS "id, email, name, age, role, created_unix_ms, updated_unix_ms"

User read_row(const Query& row) {
  User user{row.integer(0), row.text(1), {}, {}, row.text(4), row.integer(5), row.integer(6)};
  if (!row.is_null(2)) user.name = row.text(2);
  if (!row.is_null(3)) user.age = row.integer(3);
  return user;
}

json to_json(const User& user) {
  return {{"id", format_id(user_id_prefix, user.id)},
          {"email", user.email},
          {"name", user.name ? json(*user.name) : json(nullptr)},
          {"age", user.age ? json(*user.age) : json(nullptr)},
          {"role", user.role},
          {"created_at", iso8601(user.created_unix_ms)},
          {"updated_at", iso8601(user.updated_unix_ms)}};
}

User find_user(Session& session, std::int64_t id) {
  auto query = session.query("SELECT " USER_COLUMNS " FROM users WHERE id = ?1", id);
  if (!query.next()) throw not_found();
  return read_row(query);
}

// The fields other than the address; null and absent are the same in a whole representation.
void read_optional_fields(JsonBody& body, User& user) {
  if (!body.is_null("name")) user.name = body.optional_text("name", 1, 100);
  if (!body.is_null("age")) user.age = body.optional_integer("age", 0, 150);
  user.role = body.optional_text("role", 1, 20).value_or("user");
  if (user.role != "user" && user.role != "admin") body.reject("role", "must be user or admin");
}

User read_whole(const Request& request) {
  JsonBody body(request.body, {"email", "name", "age", "role"});
  User user;
  user.email = body.email("email");
  read_optional_fields(body, user);
  body.check();
  return user;
}

// JSON merge patch (RFC 7396): absent stays, null removes.
void merge(const Request& request, User& user) {
  JsonBody body(request.body, {"email", "name", "age", "role"});
  User changed;
  read_optional_fields(body, changed);
  if (body.has("email")) user.email = body.email("email");
  if (body.has("name")) user.name = changed.name;
  if (body.has("age")) user.age = changed.age;
  if (body.has("role")) user.role = changed.role;
  body.check();
}

Response email_taken() {
  return error_response(409, "email_taken", "a user with this e-mail address exists");
}

// `text` as a LIKE pattern (with ESCAPE '\') for what contains it.
std::string containing(std::string_view text) {
  std::string pattern = "%";
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '\\') pattern += '\\';
    pattern += c;
  }
  return pattern + "%";
}

class UsersService {
 public:
  explicit UsersService(const ServiceContext& context) : database_(context.database), clock_(context.clock) {}

  [[nodiscard]] Response create(const Request& request) const {
    User user = read_whole(request);
    user.created_unix_ms = user.updated_unix_ms = clock_();
    try {
      return database_.write([&](Session& session) {
        session.execute(
            "INSERT INTO users (email, name, age, role, created_unix_ms, updated_unix_ms) "
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            user.email, user.name, user.age, user.role, user.created_unix_ms, user.updated_unix_ms);
        user.id = session.last_insert_id();
        return json_response(201, to_json(user))
            .with_header("Location", "/users/" + format_id(user_id_prefix, user.id));
      });
    } catch (const UniqueViolation&) {
      return email_taken();
    }
  }

  [[nodiscard]] Response read(const Request& request) const {
    const std::int64_t id = path_id(request, user_id_prefix);
    return database_.read(
        [&](Session& session) { return json_response(200, to_json(find_user(session, id))); });
  }

  [[nodiscard]] Response list(const Request& request) const {
    const Paging paging = paging_of(request);
    const auto email = request.query_value("email");
    std::optional<std::string> pattern;
    if (const auto text = request.query_value("q")) pattern = containing(*text);
    // A filter that is not asked for must not keep SQLite from using an index for the other.
    const std::string where =
        fmt::format(" FROM users WHERE {} AND {}", email ? "email = ?1" : "?1 IS NULL",
                    pattern ? R"((email LIKE ?2 ESCAPE '\' OR name LIKE ?2 ESCAPE '\'))" : "?2 IS NULL");
    return database_.read([&](Session& session) {
      auto count = session.query("SELECT count(*)" + where, email, pattern);
      count.next();
      auto rows = session.query("SELECT " USER_COLUMNS + where + " ORDER BY id LIMIT ?3 OFFSET ?4", email,
                                pattern, paging.limit, paging.offset());
      json items = json::array();
      while (rows.next()) items.push_back(to_json(read_row(rows)));
      return page_response(request, paging, count.integer(0), std::move(items));
    });
  }

  [[nodiscard]] Response replace(const Request& request) const {
    const User replacement = read_whole(request);
    return change(request, [&](User& user) {
      user.email = replacement.email;
      user.name = replacement.name;
      user.age = replacement.age;
      user.role = replacement.role;
    });
  }

  [[nodiscard]] Response update(const Request& request) const {
    return change(request, [&](User& user) { merge(request, user); });
  }

  [[nodiscard]] Response remove(const Request& request) const {
    const std::int64_t id = path_id(request, user_id_prefix);
    return database_.write([&](Session& session) {
      session.execute("DELETE FROM users WHERE id = ?1", id);
      if (session.changed_rows() == 0) throw not_found();
      return no_content();
    });
  }

 private:
  template <class Edit>
  [[nodiscard]] Response change(const Request& request, const Edit& edit) const {
    const std::int64_t id = path_id(request, user_id_prefix);
    try {
      return database_.write([&](Session& session) {
        User user = find_user(session, id);
        edit(user);
        user.updated_unix_ms = clock_();
        session.execute(
            "UPDATE users SET email = ?2, name = ?3, age = ?4, role = ?5, updated_unix_ms = ?6 WHERE id = ?1",
            id, user.email, user.name, user.age, user.role, user.updated_unix_ms);
        return json_response(200, to_json(user));
      });
    } catch (const UniqueViolation&) {
      return email_taken();
    }
  }

  Database& database_;
  Clock clock_;
};

}  // namespace

void add_users_routes(Router& router, const ServiceContext& context) {
  const UsersService service(context);
  add_health_route(router, context);
  router.add("POST", "/users", [=](const Request& request) { return service.create(request); });
  router.add("GET", "/users", [=](const Request& request) { return service.list(request); });
  router.add("GET", "/users/{id}", [=](const Request& request) { return service.read(request); });
  router.add("PUT", "/users/{id}", [=](const Request& request) { return service.replace(request); });
  router.add("PATCH", "/users/{id}", [=](const Request& request) { return service.update(request); });
  router.add("DELETE", "/users/{id}", [=](const Request& request) { return service.remove(request); });
}

}  // namespace demo
