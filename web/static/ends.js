// When a visit ends, what the house showed leaves every tab; what somebody typed waits in its page.
const tabs = new BroadcastChannel(import.meta.url);

export function watchVisit(body = document.body) {
  if (!("visit" in body.dataset)) return;
  const left = Number(body.dataset.visit); // seconds; none where nobody is signed in any more
  if (!left) return tabs.postMessage(0);
  let ends = Date.now() + left * 1000;
  tabs.postMessage(ends);
  const look = setInterval(() => Date.now() >= ends && end(), 1000);
  const end = () => {
    clearInterval(look);
    tabs.onmessage = null;
    const said = body.querySelector("#visit-ended");
    if (said) clear(body, said.content.cloneNode(true));
  };
  // A page that was opened in another tab keeps the visit open for this one too.
  tabs.onmessage = ({ data }) => (data ? (ends = Math.max(ends, data)) : end());
}

function clear(body, said) {
  const typed = [...body.querySelectorAll("main form[method=post]")].find(isTyped);
  if (typed) carry(typed, said.querySelector("form"));
  else said.querySelectorAll("[data-typed]").forEach((each) => each.remove());
  document.title = said.querySelector("h1").textContent;
  body.replaceChildren(said);
  body.querySelector("main").focus();
}

function isTyped(form) {
  return [...form.elements].some((each) =>
    each.options
      ? [...each.options].some((option) => option.selected !== option.defaultSelected)
      : each.checked !== each.defaultChecked || each.value !== each.defaultValue,
  );
}

function carry(from, into) {
  const button = from.querySelector("button[name]");
  if (button) Object.assign(into.querySelector("button"), { name: button.name, value: button.value });
  into.action = from.action;
  for (const [name, value] of new FormData(from)) {
    if (name === "guard") continue; // the page's own is there already
    const field = Object.assign(document.createElement("input"), { type: "hidden", name, value });
    into.append(field);
  }
}
