import type { Conclusion, Job, StoryEvent } from "../../protocol";
import type { Messages } from "./en";

export const ja: Messages = {
  title: "メディアパイプライン",
  skipToContent: "本文へ移動",
  nav: { label: "表示", jobs: "ジョブ", pipeline: "パイプライン" },
  readOnly: "読み取り専用",
  local: "このマシン",
  preferences: {
    language: "言語",
    theme: "配色",
    themes: { auto: "システム", light: "ライト", dark: "ダーク" },
  },
  connection: {
    connecting: "接続中…",
    lost: "再接続中…",
    closed: "コンソールが停止または再起動しました。最後に表示された URL を開いてください。",
  },
  loading: "読み込み中…",
  close: "閉じる",
  cancel: "やめる",
  copy: "コピー",
  copied: "コピーしました",
  statuses: {
    SUBMITTED: "受付済み",
    PROCESSING: "処理中",
    COMPLETE: "完了",
    ERROR: "エラー",
    CANCELED: "中止",
  },
  phases: { PROBING: "解析中", TRANSCODING: "変換中", UPLOADING: "保存中" },
  jobs: {
    heading: "ジョブ",
    search: "名前または ID で検索",
    searchHint: "/ キーで検索",
    filter: "状態で絞り込む",
    all: "すべて",
    upload: "動画をアップロード",
    columns: {
      thumbnail: "画像",
      video: "動画",
      status: "状態",
      source: "ソース",
      ladder: "ラダー",
      duration: "長さ",
      cost: "見積もり",
      age: "経過",
    },
    run: (run) => `${run} 回目`,
    shown: (shown, all) => (shown === all ? `${all} 件` : `${all} 件中 ${shown} 件`),
    none: "ジョブはまだありません。このページに動画をドロップしてください。",
    noneReadOnly: "ジョブはまだありません。",
    noMatch: "該当するジョブはありません。",
    explain: (key) => `「${key}」がどうなったか調べる`,
    ended: (key, status) => `${key}: ${status}`,
    keys: "j・k で移動、Enter で開く、/ で検索、u でアップロード",
  },
  uploads: {
    heading: "アップロード",
    drop: "動画をドロップしてアップロード",
    progress: (percent) => `${percent} %`,
    waiting: "待機中",
    done: "アップロード完了",
    open: "ジョブを開く",
    failed: "中断",
    unreachable: "コンソールに接続できません。",
    resume: "再開",
    remove: "一覧から削除",
    confirmTitle: (count) => `${count} 本の動画をアップロードしますか？`,
    confirmBody: (size, selector) =>
      `${size} を ${selector} に送信します。動画ごとにジョブが始まり、出力の長さに応じて AWS の料金がかかります。`,
    confirmAction: "アップロード",
  },
  job: {
    back: "ジョブ一覧",
    id: "ジョブ",
    story: "経緯",
    meaning: "現在の状況",
    source: "ソース",
    size: "サイズ",
    picture: "画面",
    frameRate: "フレームレート",
    codec: "コーデック",
    length: "長さ",
    created: "作成",
    cost: "見積もり",
    warnings: "警告",
    renditions: "レンディション",
    rendition: "レンディション",
    measured: "実測ビットレート",
    quality: "品質",
    row: "行",
    settings: "ジョブ設定",
    details: "詳細",
    command: "コマンドライン",
    retry: "もう一度実行",
    cancel: "ジョブを中止",
    play: "再生",
    noJob: "ジョブなし",
    uploadAnother: "別のファイルをアップロード",
    ffmpeg: (): string => "ffmpeg コマンド",
    ffmpegNote:
      "MediaConvert の代わりにこのマシンで実行されたコマンドです。作業フォルダーはジョブの終了時に削除されます。",
  },
  captions: {
    heading: "字幕の追加と削除",
    file: "WebVTT、SRT、TTML（UTF-8）",
    language: "言語",
    kind: "対象",
    kinds: {
      subtitles: "音声の言語がわからない視聴者",
      sdh: "音声が聞こえない視聴者（SDH）",
      forced: "すべての視聴者（強制表示）",
    },
    add: "字幕を追加",
    addTitle: (file, language) => `${file} を ${language} の字幕として追加しますか？`,
    addBody: (key) =>
      `${key} の視聴者が選べるようになります。同じ言語と種類の字幕は置き換わります。ジョブは実行されず、料金はほとんどかかりません。`,
    added: "字幕をストリームに追加しました。",
    remove: "削除",
    removeTitle: (name) => `字幕「${name}」を削除しますか？`,
    removeBody: (key) =>
      `${key} の視聴者は選べなくなります。ジョブは実行されず、料金はほとんどかかりません。`,
    removed: "字幕をストリームから削除しました。",
  },
  notifications: {
    heading: "通知",
    topic: "トピック",
    id: "メッセージ",
    none: "まだありません。ジョブが終わると送信されます。",
    notKept: (time) => `${time} に送信しました。SNS は送信した内容を保存しません。`,
    ofEarlierRun: (time) =>
      `${time} に送信しました。ローカルのパイプラインは、停止するまでの通知だけを保存します。`,
  },
  tracks: {
    source: "ソースのトラック",
    stream: "ストリームの音声と字幕",
    unknownLanguage: "言語不明",
    channels: (count) => `${count} チャンネル`,
    first: "既定",
  },
  story: {
    sources: {
      S3: "S3",
      "job table": "ジョブテーブル",
      MediaConvert: "MediaConvert",
      SNS: "SNS",
      "dead letters": "デッドレター",
      "media-processor": "media-processor",
      "status-updater": "status-updater",
      "job-sweeper": "job-sweeper",
    },
    event: eventInJapanese,
    meaning: (conclusion, english, job) => meaningsInJapanese(job)[conclusion] ?? english,
  },
  player: {
    heading: "プレーヤー",
    rendition: "レンディション",
    automatic: "自動",
    audio: "音声",
    captions: "字幕",
    off: "オフ",
    bandwidth: "実測帯域",
    unsupported: "このブラウザは、再生に必要な Media Source Extensions に対応していません。",
    storyboard: "動画の場面",
    poster: "この画面をポスターにする",
    posterTitle: "この画面をポスターにしますか？",
    posterBody: (key, time) =>
      `${time} に最も近いサムネイルが ${key} のポスターになります。ジョブは実行されず、料金はほとんどかかりません。`,
    posterChosen: "ポスターを変更しました。",
    seek: (time) => `${time} へ移動`,
    failed: (details) => `再生できませんでした（${details}）。もう一度再生すると署名し直します。`,
  },
  pipeline: {
    heading: "パイプライン",
    picture: "デプロイされたリソースの関係図。件数は下の表にあります",
    resource: "リソース",
    counts: "現在",
    waiting: (count) => `待機 ${count}`,
    inFlight: (count) => `処理中 ${count}`,
    delayed: (count) => `遅延 ${count}`,
    errors: (count) => `過去 1 時間のエラー ${count}`,
    jobs: (count) => `変換中 ${count}`,
    uncounted: "権限がないため件数は不明",
    legend: "破線: 処理を断念したもの",
  },
  deadLetters: {
    heading: "デッドレター",
    none: "デッドレターはありません。",
    refresh: "再読み込み",
    columns: { queue: "キュー", sent: "送信", key: "動画", cause: "原因", message: "メッセージ" },
    queues: { uploads: "アップロード", events: "イベント" },
    unknown: "関数のログを確認",
    redrive: "アップロードを再処理",
    redriveAllTitle: "すべてのアップロードを再処理しますか？",
    redriveTitle: (count) => `${count} 件のアップロードを再処理しますか？`,
    redriveBody:
      "すべてのデッドレターを media-processor にもう一度送ります。それぞれジョブが始まり、AWS の料金がかかることがあります。",
    redriveBodyLocal:
      "すべてのデッドレターを media-processor にもう一度送ります。ジョブはこのマシンで実行され、料金はかかりません。",
    redriven: "再処理しています。成功したアップロードはジョブ一覧に表示されます。",
    discard: "破棄",
    discardTitle: "デッドレターを破棄しますか？",
    discardBody: "完全に削除され、このアップロードまたはイベントは処理されません。料金はかかりません。",
    discarded: "破棄しました。",
  },
  faults: {
    heading: "障害の注入",
    note: "ローカルのパイプラインで障害を起こし、関数の回復を確かめます。料金はかかりません。",
    fault: "障害",
    effect: "内容",
    value: "値",
    turnOn: "オンにする",
    turnOff: "オフにする",
    turnOnTitle: (fault) => `${fault} をオンにしますか？`,
    turnOnBody: (effect) =>
      `${effect}オフにするまで、このマシンのすべてのジョブに影響します。ほかの障害の回数も数え直します。`,
    turnOffTitle: (name) => `${name} をオフにしますか？`,
    turnOffBody:
      "このマシンのジョブには影響しなくなります。オンのままの障害は回数を数え直します。料金はかかりません。",
    isOn: (fault) => `${fault} をオンにしました。`,
    isOff: (name) => `${name} をオフにしました。`,
    effects: {
      duplicateUploads: "S3 がアップロードの通知をこの回数ずつ届けます。",
      crashAfterCreateJob: "次の CreateJob からこの回数、応答を受け取る前に関数が強制終了します。",
      failPublishes: "次の SNS への送信からこの回数、失敗します。",
      throttleFirst:
        "CreateJob、GetJob、SearchJobs、Probe のそれぞれで、次の呼び出しからこの回数を制限します。",
      throttleShare: "MediaConvert の呼び出しをこの割合で制限します。",
      errorCreateJob: "次の CreateJob からこの回数、ジョブは作成されますが 500 を返します。",
      errorJobs: "次のジョブからこの件数がエラーで終わります。",
      delayMs: "MediaConvert の応答が最大このミリ秒だけ遅れます。",
      loseEvents: "MediaConvert のイベントがこの割合で届きません。",
      duplicateEvents: "MediaConvert のイベントがこの割合で 2 回届きます。",
      shuffleEventsMs: "イベントが最大このミリ秒だけ遅れ、後のイベントに追い越されます。",
    },
  },
  confirm: {
    retryTitle: "もう一度実行しますか？",
    retryBody: (key, usd) => `新しいジョブが ${key} を変換します。AWS の料金は約 ${usd} です。`,
    retryBodyLocal: (key) => `新しいジョブがこのマシンで ${key} を変換します。料金はかかりません。`,
    cancelTitle: "ジョブを中止しますか？",
    cancelBody: (key) =>
      `出力は破棄され、${key} は視聴できません。ここまでの処理に AWS の料金がかかることがあります。`,
    cancelBodyLocal: (key) => `出力は破棄され、${key} は視聴できません。`,
    keep: "続ける",
    ordered: "新しいジョブは 1 分以内に一覧に表示されます。",
    canceled: "中止しました。MediaConvert のイベントが届くと行に反映されます。",
  },
};

const CAPTION_CHANGES: Readonly<Record<string, string>> = {
  added: "追加",
  replaced: "置き換え",
  removed: "削除",
};

function eventInJapanese({ fact }: StoryEvent): string {
  switch (fact.kind) {
    case "uploaded": {
      const version = fact.versionId === null ? "" : `、バージョン ${fact.versionId}`;
      return `アップロード（${fact.bytes} バイト${version}${fact.isNewest && version !== "" ? "、最新" : ""}）`;
    }
    case "created":
      return fact.run === 1 ? "ジョブを作成" : `指示により ${fact.run} 回目の実行を作成`;
    case "submitting":
      return "MediaConvert に送信中";
    case "accepted":
      return `MediaConvert が受け付け: ${fact.mediaConvertJobId}`;
    case "ended":
      return fact.error === null
        ? `ジョブの状態: ${fact.status}`
        : `ジョブの状態: ${fact.status}、${fact.error.code}: ${fact.error.message}`;
    case "notified":
      return "通知を送信";
    case "unconfirmed":
      return `${fact.topic} の購読が未確認のため届かない宛先: ${fact.addresses.join("、")}`;
    case "submitted":
      return "ジョブを受信";
    case "started":
      return "変換を開始";
    case "finished":
      return `ジョブの状態: ${fact.status}${fact.message === null ? "" : `: ${fact.message}`}`;
    case "given up":
      return `${fact.queue} のデッドレターに移動、メッセージ ${fact.messageId}${fact.cause === null ? "" : `: ${fact.cause}`}`;
    // Functions log in English.
    case "logged":
      return fact.message;
    case "captions":
      return `字幕 ${fact.track}: ${CAPTION_CHANGES[fact.action] ?? fact.action}`;
    case "poster":
      return `${fact.thumbnailSeconds} 秒の画像をポスターに選択`;
  }
}

/** A conclusion without an entry is told in English. */
function meaningsInJapanese(job: Job | null): Partial<Record<Conclusion, string>> {
  const { phase, progressPercent = 0, declines = 0, error } = job ?? {};
  return {
    "given up":
      "media-processor がこのアップロードの処理を断念しました。理由はデッドレターまたは関数のログにあります。",
    ready: "動画の準備ができました。",
    failed: error && [ERRORS[error.code], error.message, error.advice].filter(Boolean).join(" "),
    canceled: "ジョブは中止されました。もう一度実行しない限り、このアップロードは処理されません。",
    transcoding: `MediaConvert が処理しています（${ja.phases[phase ?? ""] ?? phase ?? "段階は未報告"}、${progressPercent} %）。`,
    declined: `MediaConvert が ${declines} 回受け付けなかったため、再試行を待っています。操作は不要です。`,
    waiting: "MediaConvert への送信を待っています。操作は不要です。",
    stopped: "処理キューのイベントソースマッピングが動いていないため、キューのメッセージは処理されません。",
    "no object":
      "アップロード用バケットにこのキーのオブジェクトはなく、テーブルにこの ID のジョブもありません。",
    ignored:
      "キーの末尾が SOURCE_SUFFIXES のどれにも一致しないため、ジョブは始まりません。名前を変えるか、末尾を設定に追加してください。",
    "not recorded":
      "media-processor はアップロードを受け取りましたが、ジョブを記録していません。理由は最後のログにあります。",
    "just uploaded": "アップロードから 1 分経っていません。しばらくしてからもう一度確認してください。",
    unseen:
      "過去 1 日、どの関数もこのアップロードを受け取っていません。バケットの通知がないか、関数が動いていません。",
  };
}

/** What to do about our own error codes (docs/errors.md). The message with the values follows. */
const ERRORS: Readonly<Record<string, string>> = {
  EMPTY_SOURCE: "ファイルが空です。もう一度アップロードしてください。",
  SOURCE_NOT_FOUND: "ジョブが始まる前にファイルが削除されました。必要ならもう一度アップロードしてください。",
  SUPERSEDED: "同じキーに新しいバージョンがアップロードされました。操作は不要です。",
  UNREADABLE_SOURCE: "ファイルを読み取れません。再生できるか確認し、H.264 の MP4 に変換してください。",
  NO_VIDEO_TRACK: "映像がありません。映像のあるファイルをアップロードしてください。",
  PICTURE_TOO_SMALL: "画面が小さすぎます。より大きな動画をアップロードしてください。",
  SOURCE_TOO_LONG: "動画が長すぎます。分割するか、MAX_INPUT_MINUTES を上げてもう一度実行してください。",
  COST_TOO_HIGH: "見積もりが上限を超えています。分割するか、上限を上げてもう一度実行してください。",
  JOB_REFUSED: "MediaConvert が設定を拒否しました。メッセージと動画を保守担当者に送ってください。",
  ATTEMPTS_EXHAUSTED:
    "MediaConvert が 1 日間ジョブを受け付けませんでした。受け付けが再開したらもう一度実行してください。",
};
