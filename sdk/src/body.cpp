#include "e2e/body.hpp"

namespace e2e {

Part::Part(std::string_view name, std::string_view value, std::string_view content_type)
    : spec_{std::string(name), "", std::string(content_type), std::string(value), ""} {}
Part::Part(detail::PartSpec spec) : spec_(std::move(spec)) {}
Part::Part(const Part&) = default;
Part::~Part() = default;

Part file_part(std::string_view name, std::string_view path, std::string_view content_type,
               std::string_view file_name) {
  if (file_name.empty()) file_name = path.substr(path.rfind('/') + 1);
  return Part({std::string(name), std::string(file_name), std::string(content_type), "", std::string(path)});
}

Part bytes_part(std::string_view name, std::string_view bytes, std::string_view file_name,
                std::string_view content_type) {
  return Part({std::string(name), std::string(file_name), std::string(content_type), std::string(bytes), ""});
}

BodyOption::BodyOption(std::vector<detail::PartSpec> parts, std::string body_file,
                       std::string_view content_type)
    : parts_(std::move(parts)), body_file_(std::move(body_file)), content_type_(content_type) {}
BodyOption::BodyOption(const BodyOption&) = default;
BodyOption::~BodyOption() = default;

void BodyOption::apply(detail::RequestSpec& spec) const {
  spec.clear_body();
  spec.parts = parts_;
  spec.body_file = body_file_;
  spec.content_type = content_type_;
  spec.need_http(parts_.empty() ? "e2e::body_file()" : "e2e::multipart()");
}

BodyOption multipart(std::initializer_list<Part> parts) { return multipart(std::vector<Part>(parts)); }

BodyOption multipart(const std::vector<Part>& parts) {
  std::vector<detail::PartSpec> specs;
  for (const Part& part : parts) specs.push_back(part.spec());
  return BodyOption(std::move(specs), "", "");
}

BodyOption body_file(std::string_view path, std::string_view content_type) {
  return BodyOption({}, std::string(path), content_type);
}

RequestOption save_to(std::string_view path) {
  return RequestOption("e2e::save_to()", std::vector<Field>{{"save_to", path}});
}

}  // namespace e2e
