import { useConsole } from "./console-context";
import type { Connection } from "./live";
import { LANGUAGES, type Language, THEMES, type Theme } from "./preferences";
import { hashOf, type View } from "./route";

interface TopBarProps {
  readonly view: View;
  readonly connection: Connection;
  readonly language: Language;
  setLanguage(language: Language): void;
  readonly theme: Theme;
  setTheme(theme: Theme): void;
}

export function TopBar({ view, connection, language, setLanguage, theme, setTheme }: TopBarProps) {
  const { text, info } = useConsole();
  return (
    <header class="top">
      <p class="brand">
        <img src="icon.svg" alt="" width="20" height="20" />
        <b>{text.title}</b>
        <span class="tag" title={info.selector}>
          {info.isLocal ? text.local : info.selector.replace("--env ", "")}
        </span>
        {info.isReadOnly && <span class="tag">{text.readOnly}</span>}
      </p>
      <nav aria-label={text.nav.label}>
        {(["jobs", "pipeline"] as const).map((name) => (
          <a key={name} href={hashOf({ name })} aria-current={view.name === name ? "page" : undefined}>
            {text.nav[name]}
          </a>
        ))}
      </nav>
      <span class={`connection ${connection}`} role="status">
        {connection === "lost"
          ? text.connection.lost
          : connection === "connecting"
            ? text.connection.connecting
            : ""}
      </span>
      <div class="preferences">
        <select
          aria-label={text.preferences.theme}
          value={theme}
          onChange={({ currentTarget }) => setTheme(currentTarget.value as Theme)}
        >
          {THEMES.map((one) => (
            <option key={one} value={one}>
              {text.preferences.themes[one]}
            </option>
          ))}
        </select>
        <select
          aria-label={text.preferences.language}
          value={language}
          onChange={({ currentTarget }) => setLanguage(currentTarget.value as Language)}
        >
          {Object.entries(LANGUAGES).map(([code, name]) => (
            <option key={code} value={code} lang={code}>
              {name}
            </option>
          ))}
        </select>
      </div>
    </header>
  );
}
