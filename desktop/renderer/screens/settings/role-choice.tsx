/** The choice of a role, with what each one allows. */
import type { ComponentChild } from "preact";
import type { Role } from "../../../../events/business/roles.ts";
import { ROLE_OPTIONS } from "../../text/roles.ts";

interface RoleChoiceProps {
  role: string;
  disabled?: boolean;
  onChoose: (role: Role) => void;
}

export function RoleChoice({ role, disabled = false, onChoose }: RoleChoiceProps): ComponentChild {
  return (
    <fieldset class="choices roles wide">
      <legend>Role</legend>
      {ROLE_OPTIONS.map(([value, says]) => (
        <label key={value}>
          <input
            type="radio"
            name="role"
            checked={role === value}
            disabled={disabled}
            onChange={() => onChoose(value)}
          />
          {says}
        </label>
      ))}
    </fieldset>
  );
}
