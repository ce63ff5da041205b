/// Words that speak for a kind of screen, in the form of `ScreenWords`. Languages: en, de, fr, es, it, pt, nl, ru, ja,
/// zh, ko.
///
/// Words that stand on many screens weigh one, words that nearly name the kind two.
enum ScreenCues {
    /// Words for a kind; any number of them that a screen holds adds up.
    struct Cue {
        let kind: ScreenKind
        let weight: Double
        let words: [String]
    }

    static let all: [Cue] = [
        cue(.error, 2, "error,fehler,erreur,errore,erro,fout,ошибка,エラー,错误代码,發生錯誤,오류,exception,traceback"),
        cue(.error, 2, "failed,fehlgeschlagen,a echoue,fallito,falhou,mislukt,не удалось,失敗しました,失败,실패"),
        cue(
            .error, 1,
            "cannot,could not,konnte nicht,kann nicht,impossible de,no se pudo,"
                + "impossibile,できません,无法"),
        cue(
            .login, 2,
            "log in,login,sign in,anmelden,se connecter,iniciar sesion,accedi,entrar,inloggen,войти,"
                + "ログイン,登录,로그인"),
        cue(
            .login, 1,
            "password,passwort,kennwort,mot de passe,contrasena,senha,wachtwoord,пароль,"
                + "パスワード,密码,비밀번호"),
        cue(
            .login, 1,
            "forgot password,passwort vergessen,mot de passe oublie,username,benutzername,忘记密码,create account"),
        cue(
            .receipt, 2,
            "receipt,invoice,rechnung,quittung,facture,factura,fattura,fatura,factuur,"
                + "чек,領収書,発票,发票,영수증"),
        cue(.receipt, 1, "total,subtotal,summe,gesamt,gesamtbetrag,totale,totaal,итого,合計,合计,합계,zwischensumme"),
        cue(.receipt, 1, "vat,tax,mwst,tva,iva,btw,ндс,消費税,税额,부가세,cash,change,visa,mastercard,kartenzahlung"),
        cue(
            .ticket, 2,
            "boarding pass,bordkarte,carte d embarquement,tarjeta de embarque,carta d imbarco,搭乗券,"
                + "登机牌,탑승권,instapkaart"),
        cue(
            .ticket, 2,
            "booking reference,buchungsnummer,reservation,reserva,prenotazione,reservering,"
                + "бронирование,予約番号,订票,예약번호"),
        cue(
            .ticket, 1,
            "flight,flug,vol,vuelo,volo,voo,vlucht,рейс,便名,航班,항공편,train,zug,departure,abflug,"
                + "abfahrt,depart,salida,partenza"
        ),
        cue(
            .ticket, 1,
            "seat,sitz,sitzplatz,siege,asiento,posto,assento,stoel,место,座席,座位,좌석,gate,terminal,"
                + "gleis,passenger,fahrgast,passager"
        ),
        cue(
            .mail, 2,
            "inbox,posteingang,boite de reception,bandeja de entrada,posta in arrivo,"
                + "caixa de entrada,postvak in,входящие,受信トレイ,收件箱,받은편지함"
        ),
        cue(.mail, 1, "subject,betreff,objet,asunto,oggetto,assunto,onderwerp,тема,件名,主题,제목"),
        cue(
            .mail, 1,
            "reply,antworten,repondre,responder,rispondi,beantwoorden,ответить,返信,回复,답장,"
                + "forward,weiterleiten"),
        cue(
            .chat, 2,
            "type a message,nachricht schreiben,ecrire un message,escribe un mensaje,"
                + "scrivi un messaggio,mensagem,напишите сообщение,メッセージを入力,输入消息,메시지 입력"
        ),
        cue(.chat, 1, "online,typing,schreibt,en ligne,en linea,last seen,zuletzt online,delivered,既読,在线,읽음"),
        cue(
            .settings, 2,
            "settings,einstellungen,parametres,ajustes,configuracion,impostazioni,configuracoes,"
                + "instellingen,настройки,設定,设置,설정"
        ),
        cue(
            .settings, 1,
            "preferences,wi fi,bluetooth,notifications,benachrichtigungen,appearance,darstellung,"
                + "privacy,datenschutz,通知"
        ),
        cue(.calendar, 2, "calendar,kalender,calendrier,calendario,agenda,календарь,カレンダー,日历,캘린더"),
        cue(
            .calendar, 1,
            "appointment,termin,rendez vous,cita,appuntamento,meeting,today,heute,aujourd hui,hoy,"
                + "oggi,сегодня,今日,今天"
        ),
        cue(
            .fileManager, 2,
            "date modified,letzte anderung,geandert am,date de modification,fecha de modificacion,"
                + "ultima modifica,дата изменения,更新日時,修改日期"
        ),
        cue(
            .fileManager, 1,
            "open file,datei offnen,documents,downloads,desktop,dateisystem,file type,dateityp,загрузки,下载"),
        cue(
            .installer, 2,
            "installer,setup wizard,installationsassistent,assistant d installation,instalador,"
                + "установщик,インストーラ,安装程序,설치 프로그램"
        ),
        cue(
            .installer, 2,
            "partition disks,festplatten partitionieren,partitionnement,set up users and passwords"
        ),
        cue(.installer, 2, "安装类型,particionamento,benutzer und passworter einrichten,root password"),
        cue(
            .packageManager, 2,
            "package manager,paketverwaltung,gestionnaire de paquets,gestor de paquetes,"
                + "gestore di pacchetti,パッケージマネージャ,软件包管理器"
        ),
        cue(
            .packageManager, 2,
            "software updater,updates available,installed version,version installee,"
                + "versione installata,aptitude"
        ),
        cue(.schematic, 2, "drc,原理图,schematic,schaltplan,schema,kicad,пкб,布线,netlist,footprint,pcb"),
        cue(
            .map, 2,
            "directions,route berechnen,itineraire,como llegar,indicazioni,маршрут,経路,路线,길찾기,"
                + "openstreetmap,google maps"),
        cue(.terminal, 1, "sudo,bash,apt get,root localhost,zsh,ssh,grep,mkdir,systemctl"),
        cue(.terminal, 2, "command not found,permission denied,no such file or directory,last login"),
    ]

    /// Buttons that end a dialog.
    static let buttons: Set<String> = set(
        "ok,cancel,apply,close,help,yes,no,abbrechen,offnen,hilfe,ubernehmen,schliessen,ja,nein,"
            + "annuler,appliquer,fermer,aide,oui,non,"
            + "cancelar,aplicar,aceptar,cerrar,ayuda,annulla,applica,chiudi,ajuda,fechar,annuleren,"
            + "toepassen,sluiten,отменить,отмена,"
            + "закрыть,применить,キャンセル,適用,閉じる,確定,确定,取消,应用,关闭,说明,說明,套用,套用到全部,취소,적용,확인,도움말,"
            + "retry,save,don t save,ακυρωση,εφαρμογη,βοηθεια")

    /// Buttons that lead on and back.
    static let steps: Set<String> = set(
        "next,back,continue,weiter,zuruck,suivant,precedent,siguiente,atras,avanti,indietro,voltar,"
            + "continuar,terug,volgende,"
            + "далее,назад,続ける,戻る,次へ,下一步,上一步,계속,다음,뒤로")

    /// Programs by a name that stands in their windows' titles.
    static let applications: [(words: String, name: String)] = [
        ("synaptic", "Synaptic"), ("aptitude", "aptitude"), ("kicad", "KiCad"), ("gimp", "GIMP"),
        ("libreoffice", "LibreOffice"), ("firefox", "Firefox"), ("google chrome", "Google Chrome"),
        ("visual studio code", "Visual Studio Code"), ("xcode", "Xcode"), ("thunderbird", "Thunderbird"),
        ("outlook", "Outlook"), ("gmail", "Gmail"), ("whatsapp", "WhatsApp"), ("telegram", "Telegram"),
        ("slack", "Slack"), ("signal", "Signal"), ("excel", "Excel"), ("blender", "Blender"), ("inkscape", "Inkscape"),
        ("google maps", "Google Maps"), ("openstreetmap", "OpenStreetMap"), ("debian", "Debian"), ("ubuntu", "Ubuntu"),
    ]

    private static func cue(_ kind: ScreenKind, _ weight: Double, _ words: String) -> Cue {
        Cue(kind: kind, weight: weight, words: words.split(separator: ",").map(String.init))
    }

    private static func set(_ words: String) -> Set<String> {
        Set(
            words.split(
                separator: ","
                    + ""
            ).map(String.init))
    }
}
