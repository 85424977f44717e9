import { useEffect, useState } from "preact/hooks";
import { en, type Messages } from "./messages/en";
import { ja } from "./messages/ja";

export type Theme = "auto" | "light" | "dark";
export const THEMES: readonly Theme[] = ["auto", "light", "dark"];

/** Each by its own name. */
export const LANGUAGES = { en: "English", ja: "日本語" } as const;
export type Language = keyof typeof LANGUAGES;
const CATALOGUES: Readonly<Record<Language, Messages>> = { en, ja };

export const messagesOf = (language: Language) => CATALOGUES[language];

const isLanguage = (text: string): text is Language => text in LANGUAGES;

/** The first of the browser's languages that the console speaks. */
export function preferredLanguage(languages: readonly string[]): Language {
  const spoken = languages.map((tag) => tag.split("-")[0] ?? "");
  return spoken.find(isLanguage) ?? "en";
}

/** A choice that the browser keeps. */
function useKept<T extends string>(name: string, initial: T, isValid: (text: string) => text is T) {
  const [value, setValue] = useState<T>(() => {
    const kept = localStorage.getItem(name) ?? "";
    return isValid(kept) ? kept : initial;
  });
  const keep = (chosen: T) => {
    localStorage.setItem(name, chosen);
    setValue(chosen);
  };
  return [value, keep] as const;
}

export function useLanguage() {
  const [language, setLanguage] = useKept("language", preferredLanguage(navigator.languages), isLanguage);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  return [language, setLanguage] as const;
}

export function useTheme() {
  const isTheme = (text: string): text is Theme => THEMES.some((theme) => theme === text);
  const [theme, setTheme] = useKept<Theme>("theme", "auto", isTheme);
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);
  return [theme, setTheme] as const;
}
