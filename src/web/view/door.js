/** What is seen before one is in the chat, and after: the question for a name, and the way back. */
import { find, write } from "../elements.js";

/**
 * @param {object} options
 * @param {(nick: string, secrets: { password: string, proof: string }) => void} options.enter
 * @param {() => void} options.back
 */
export function doorView({ enter, back }) {
  const welcome = find("welcome", HTMLElement);
  const outside = find("outside", HTMLElement);
  const chat = find("chat", HTMLDivElement);
  const field = find("nick", HTMLInputElement);
  const secrets = {
    password: find("password", HTMLInputElement),
    proof: find("proof", HTMLInputElement),
  };
  const button = find("enter-button", HTMLButtonElement);
  const problem = find("problem", HTMLParagraphElement);
  const backButton = find("back", HTMLButtonElement);

  find("enter", HTMLFormElement).addEventListener("submit", (event) => {
    event.preventDefault();
    const nick = field.value.trim();
    if (nick === "") return field.focus();
    write(problem, "");
    button.disabled = true;
    const { password, proof } = secrets;
    enter(nick, { password: password.value, proof: proof.value.trim() });
    password.value = "";
    proof.value = "";
  });
  backButton.onclick = back;

  /** @param {HTMLElement} part */
  function only(part) {
    for (const it of [welcome, outside, chat]) it.hidden = it !== part;
    document.documentElement.classList.remove("loading");
  }

  return {
    showChat: () => only(chat),
    /** @param {{ nick: string, room: string, why: string, wants: "" | "password" | "proof" }} asked */
    askNick({ nick, room, why, wants }) {
      only(welcome);
      write(find("enter-room", HTMLSpanElement), room);
      button.disabled = false;
      if (nick !== "") field.value = nick;
      for (const [name, secret] of Object.entries(secrets)) {
        const label = secret.closest("label");
        if (label) label.hidden = name !== wants;
      }
      field.toggleAttribute("aria-invalid", why !== "" && wants !== "password");
      write(problem, why);
      const first = wants === "password" ? secrets.password : field;
      first.focus();
      first.select();
      document.title = "chat";
    },
    /** @param {{ title: string, why: string, button: string }} words */
    showOutside({ title, why, button }) {
      only(outside);
      write(find("outside-title", HTMLHeadingElement), title);
      write(find("outside-why", HTMLParagraphElement), why);
      write(backButton, button);
      backButton.focus();
      document.title = "chat";
    },
  };
}
