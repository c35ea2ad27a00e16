/** The configuration cannot be used. The message has one line for each problem. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}
